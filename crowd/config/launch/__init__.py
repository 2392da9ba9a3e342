"""`make run`: the embedded servers, Tamis's own processes, and the one terminal that holds them.

`environment` makes the virtual environment, `ground` and `root` the directories. `postgres` and
`valkey` are the embedded servers, `embedded` both together (the tests use it too). `children`
starts and recognises our processes, `supervision` keeps them alive, `house` is all of it in order,
and `__main__` tells the story.
"""
