from django.db import migrations


class Migration(migrations.Migration):
    """The table of `DatabaseCache`, where attempts to sign in are counted while Redis is away."""

    initial = True

    operations = [
        migrations.RunSQL(
            """
            CREATE TABLE "limits" (
                "cache_key" varchar(255) NOT NULL PRIMARY KEY,
                "value" text NOT NULL,
                "expires" timestamp with time zone NOT NULL
            );
            CREATE INDEX "limits_expires" ON "limits" ("expires");
            """,
            'DROP TABLE "limits";',
        ),
    ]
