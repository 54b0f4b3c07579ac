from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("applications", "0012_answers_carried_over")]

    operations = [
        migrations.AddField(
            model_name="applicationimport",
            name="encoding",
            field=models.CharField(
                blank=True,
                choices=[
                    ("utf-8-sig", "UTF-8"),
                    ("utf-16", "UTF-16"),
                    ("cp1252", "Windows-1252"),
                    ("mac_roman", "Mac Roman"),
                ],
                default="",
                help_text="As somebody chose; empty: as it was found out.",
                max_length=10,
                verbose_name="read as",
            ),
        ),
    ]
