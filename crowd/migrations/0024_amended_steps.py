from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [
        ('crowd', '0023_expected_layouts'),
    ]

    operations = [
        migrations.AlterField(
            model_name='amendment',
            name='kind',
            field=models.CharField(choices=[('policy', 'how sure'), ('wording', 'wording'), ('meaning', 'meaning')], max_length=8, verbose_name='what'),
        ),
        migrations.RemoveConstraint(
            model_name='amendment',
            name='amendments_of_wording_and_meaning_are_about_a_question',
        ),
        migrations.AddConstraint(
            model_name='amendment',
            constraint=models.CheckConstraint(
                condition=~Q(kind='policy') | Q(question=None),
                name='amendments_of_a_policy_are_about_no_question',
            ),
        ),
    ]
