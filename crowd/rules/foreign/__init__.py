"""Foreign projects: what other tools export, as a campaign's set-up, its rows and its answers.

Pure: `pybossa` and `label_studio` read what was parsed; `projects` says what comes out; `guessing`
makes questions of what people were seen to answer.
"""
