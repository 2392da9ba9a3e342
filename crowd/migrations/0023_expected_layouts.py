from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crowd', '0022_machines'),
    ]

    operations = [
        migrations.AddField(
            model_name='campaign',
            name='expected_layouts',
            field=models.JSONField(blank=True, default=list, verbose_name='zones expected'),
        ),
    ]
