from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crowd", "0015_running"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="verdict",
            index=models.Index(
                condition=models.Q(
                    ("confidence__lt", 0.9), ("is_current", True), ("outcome", "settled")
                ),
                fields=["step", "confidence"],
                name="unsure_verdicts_by_confidence",
            ),
        ),
    ]
