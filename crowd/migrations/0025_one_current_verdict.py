from django.db import migrations

# Making the foreign key do without its own index (0006), Django took this one for it and dropped it.
# Nothing ever wrote two; should there be some, the last revision is the one that holds.
LAST_HOLDS = """
    UPDATE crowd_verdict SET is_current = false
    WHERE is_current AND EXISTS (
        SELECT FROM crowd_verdict later
        WHERE later.microtask_id = crowd_verdict.microtask_id
        AND later.is_current AND later.revision > crowd_verdict.revision
    )
"""
# New databases have it (0001_squashed_0023).
INDEX = """
    CREATE UNIQUE INDEX IF NOT EXISTS one_current_verdict_per_microtask
    ON crowd_verdict (microtask_id) WHERE is_current
"""


class Migration(migrations.Migration):

    dependencies = [
        ('crowd', '0024_amended_steps'),
    ]

    operations = [
        migrations.RunSQL([LAST_HOLDS, INDEX], migrations.RunSQL.noop),
    ]
