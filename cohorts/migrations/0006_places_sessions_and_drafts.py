import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import npqh_portal.clock


class Migration(migrations.Migration):
    dependencies = [
        ("cohorts", "0005_tell_the_application"),
        ("people", "0002_email_may_be_unknown"),
        ("programmes", "0005_places_and_funding_of_intakes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Extension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("months", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField(default=npqh_portal.clock.now)),
            ],
            options={
                "ordering": ["-pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="GuestPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("made_at", models.DateTimeField(default=npqh_portal.clock.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["seminar", "enrolment"],
            },
        ),
        migrations.CreateModel(
            name="PendingChange",
            fields=[
                (
                    "seminar",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="pending",
                        serialize=False,
                        to="cohorts.seminar",
                    ),
                ),
                ("is_cancelled", models.BooleanField(default=False)),
                ("reason", models.CharField(blank=True, default="", help_text="Why it is cancelled.", max_length=300)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("face_to_face", "In person"),
                            ("online", "Online, together"),
                            ("hybrid", "In person and online at once"),
                        ],
                        max_length=15,
                    ),
                ),
                ("joining_url", models.URLField(blank=True, default="", verbose_name="joining link")),
            ],
        ),
        migrations.CreateModel(
            name="SchoolTerm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text="As in “Spring term 2027”.", max_length=40, unique=True)),
                ("starts_on", models.DateField(verbose_name="first day")),
                ("ends_on", models.DateField(verbose_name="last day")),
            ],
            options={
                "ordering": ["starts_on"],
            },
        ),
        migrations.CreateModel(
            name="SeminarChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.PositiveSmallIntegerField()),
                (
                    "what",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("new", "New"),
                                ("moved", "Moved"),
                                ("switched", "Held another way"),
                                ("venue", "Another place"),
                                ("link", "Another joining link"),
                                ("facilitator", "Somebody else leads it"),
                                ("cancelled", "Cancelled"),
                            ],
                            max_length=12,
                        ),
                        size=None,
                    ),
                ),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("at", models.DateTimeField(default=npqh_portal.clock.now)),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="TimetablePublication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField(default=npqh_portal.clock.now)),
            ],
            options={
                "ordering": ["cohort", "-number"],
                "abstract": False,
            },
        ),
        migrations.RemoveConstraint(
            model_name="booking",
            name="a_booking_is_of_one_thing",
        ),
        migrations.RemoveConstraint(
            model_name="seminar",
            name="in_person_needs_a_venue",
        ),
        migrations.RemoveConstraint(
            model_name="seminar",
            name="one_sitting_of_an_item_for_a_group",
        ),
        migrations.AddField(
            model_name="booking",
            name="people",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="cohort",
            name="link_minutes_before",
            field=models.PositiveSmallIntegerField(
                default=60, help_text="So many minutes before a session starts.", verbose_name="joining links are shown"
            ),
        ),
        migrations.AddField(
            model_name="cohort",
            name="places_taken",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="group",
            name="capacity",
            field=models.PositiveSmallIntegerField(
                default=20,
                help_text="Its halls must hold so many.",
                validators=[django.core.validators.MinValueValidator(1)],
            ),
        ),
        migrations.AddField(
            model_name="group",
            name="places_taken",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="venue",
            name="retired_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="not booked any more since"),
        ),
        migrations.AlterField(
            model_name="membership",
            name="reason",
            field=models.CharField(
                choices=[
                    ("placed", "Placed"),
                    ("late", "Joined late"),
                    ("moved", "Moved"),
                    ("returned", "Returned from deferral"),
                    ("reinstated", "Came back after withdrawing"),
                ],
                default="placed",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="seminar",
            name="facilitator",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="seminars_led",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="seminar",
            name="mode",
            field=models.CharField(
                choices=[
                    ("face_to_face", "In person"),
                    ("online", "Online, together"),
                    ("hybrid", "In person and online at once"),
                ],
                max_length=15,
            ),
        ),
        migrations.AlterField(
            model_name="seminar",
            name="state",
            field=models.CharField(
                choices=[("planned", "Draft"), ("scheduled", "Scheduled"), ("cancelled", "Cancelled")],
                default="scheduled",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="venue",
            name="access_notes",
            field=models.CharField(
                blank=True, default="", help_text="Steps, lifts, hearing loop, parking.", max_length=250
            ),
        ),
        migrations.AlterField(
            model_name="venue",
            name="capacity",
            field=models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1)]),
        ),
        # What the new checks will look at, for the rows that are there already.
        migrations.RunSQL(
            """
            UPDATE cohorts_cohort c SET places_taken = (
                SELECT count(*) FROM cohorts_membership m WHERE m.cohort_id = c.id AND m.to_on IS NULL
            );
            UPDATE cohorts_group g SET places_taken = (
                SELECT count(*) FROM cohorts_membership m WHERE m.group_id = g.id AND m.to_on IS NULL
            );
            UPDATE cohorts_group SET capacity = greatest(capacity, places_taken);
            UPDATE cohorts_booking b SET people = (
                SELECT least(v.capacity, coalesce(g.capacity, c.capacity))
                FROM cohorts_seminar s
                JOIN cohorts_cohort c ON c.id = s.cohort_id
                LEFT JOIN cohorts_group g ON g.id = s.group_id
                JOIN cohorts_venue v ON v.id = b.venue_id
                WHERE s.id = b.seminar_id
            ) WHERE b.venue_id IS NOT NULL;
            """,
            migrations.RunSQL.noop,
        ),
        migrations.AddIndex(
            model_name="seminar",
            index=models.Index(fields=["cohort", "starts_at"], name="seminars_of_a_cohort"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="booking",
            trigger=pgtrigger.compiler.Trigger(
                name="venue_holds_them",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NEW.venue_id IS NOT NULL)",
                    func="\n    IF NEW.people > (SELECT capacity FROM cohorts_venue WHERE id = NEW.venue_id FOR SHARE) THEN\n        RAISE EXCEPTION 'the venue does not hold so many' USING ERRCODE = '23514', CONSTRAINT = 'venue_holds_them';\n    END IF;\n    RETURN NEW;\n",
                    hash="3ce1f538eb4b606482d260f6d1a17aa2c4c65002",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_venue_holds_them_b8c88",
                    table="cohorts_booking",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="membership",
            trigger=pgtrigger.compiler.Trigger(
                name="count_places",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF TG_OP = 'UPDATE' AND OLD.to_on IS NULL AND NEW.to_on IS NOT NULL THEN\n        UPDATE cohorts_cohort SET places_taken = places_taken - 1 WHERE id = OLD.cohort_id;\n        UPDATE cohorts_group SET places_taken = places_taken - 1 WHERE id = OLD.group_id;\n    ELSIF TG_OP = 'INSERT' AND NEW.to_on IS NULL\n        OR TG_OP = 'UPDATE' AND OLD.to_on IS NOT NULL AND NEW.to_on IS NULL THEN\n        UPDATE cohorts_cohort SET places_taken = places_taken + 1 WHERE id = NEW.cohort_id;\n        UPDATE cohorts_group SET places_taken = places_taken + 1 WHERE id = NEW.group_id;\n    END IF;\n    RETURN NULL;\n",
                    hash="3c716cf676274c4fb9cfdb3524f24a1d6e6412c1",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_count_places_fa11d",
                    table="cohorts_membership",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="venue",
            trigger=pgtrigger.compiler.Trigger(
                name="bookings_fit",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF EXISTS (\n        SELECT FROM cohorts_booking WHERE venue_id = NEW.id AND people > NEW.capacity AND upper(during) > now()\n    ) THEN\n        RAISE EXCEPTION 'more are booked into it' USING ERRCODE = '23514', CONSTRAINT = 'venue_holds_them';\n    END IF;\n    RETURN NEW;\n",
                    hash="9fd7bde6efd030634696f39157a235b2e77ee4df",
                    operation='UPDATE OF "capacity"',
                    pgid="pgtrigger_bookings_fit_9b067",
                    table="cohorts_venue",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("facilitator", None), ("group", None), ("people__isnull", False), ("venue__isnull", False)
                    ),
                    models.Q(("facilitator__isnull", False), ("group", None), ("people", None), ("venue", None)),
                    models.Q(("facilitator", None), ("group__isnull", False), ("people", None), ("venue", None)),
                    _connector="OR",
                ),
                name="a_booking_is_of_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="cohort",
            constraint=models.CheckConstraint(
                condition=models.Q(("places_taken__lte", models.F("capacity"))), name="no_more_in_a_cohort_than_places"
            ),
        ),
        migrations.AddConstraint(
            model_name="group",
            constraint=models.CheckConstraint(condition=models.Q(("capacity__gte", 1)), name="a_group_has_places"),
        ),
        migrations.AddConstraint(
            model_name="group",
            constraint=models.CheckConstraint(
                condition=models.Q(("places_taken__lte", models.F("capacity"))), name="no_more_in_a_group_than_places"
            ),
        ),
        migrations.AddConstraint(
            model_name="seminar",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("mode__in", ["face_to_face", "hybrid"]), ("venue__isnull", False)),
                    models.Q(("mode", "online"), ("venue", None)),
                    _connector="OR",
                ),
                name="in_person_needs_a_venue",
            ),
        ),
        migrations.AddConstraint(
            model_name="seminar",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["planned", "scheduled"])),
                fields=("cohort", "group", "item"),
                name="one_sitting_of_an_item_for_a_group",
                nulls_distinct=False,
            ),
        ),
        migrations.AddField(
            model_name="extension",
            name="approved_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="extensions_approved",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="extension",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="extension",
            name="enrolment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="extensions", to="cohorts.enrolment"
            ),
        ),
        migrations.AddField(
            model_name="guestplace",
            name="enrolment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="guest_places", to="cohorts.enrolment"
            ),
        ),
        migrations.AddField(
            model_name="guestplace",
            name="instead_of",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sent_elsewhere",
                to="cohorts.seminar",
            ),
        ),
        migrations.AddField(
            model_name="guestplace",
            name="seminar",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="guests", to="cohorts.seminar"
            ),
        ),
        migrations.AddField(
            model_name="pendingchange",
            name="facilitator",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="pendingchange",
            name="venue",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cohorts.venue"
            ),
        ),
        migrations.AddConstraint(
            model_name="schoolterm",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="term_ends_after_it_starts"
            ),
        ),
        migrations.AddConstraint(
            model_name="schoolterm",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (
                        models.Func(
                            "starts_on",
                            "ends_on",
                            django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_upper=True),
                            function="DATERANGE",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    )
                ],
                name="one_term_at_a_time",
            ),
        ),
        migrations.AddField(
            model_name="seminarchange",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="seminarchange",
            name="seminar",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="cohorts.seminar"
            ),
        ),
        migrations.AddField(
            model_name="timetablepublication",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="timetablepublication",
            name="cohort",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="publications", to="cohorts.cohort"
            ),
        ),
        migrations.AddField(
            model_name="seminarchange",
            name="publication",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="changes",
                to="cohorts.timetablepublication",
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.CheckConstraint(
                condition=models.Q(("months__lte", 6)), name="extended_by_six_months_at_most"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="extension",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="84360da5ece37b558270ea81223c1a86a2486890",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_b62bb",
                    table="cohorts_extension",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="guestplace",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("enrolment", "seminar"),
                name="one_guest_place_at_a_sitting",
            ),
        ),
        migrations.AddConstraint(
            model_name="guestplace",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("enrolment", "instead_of"),
                name="sent_to_one_place_instead",
            ),
        ),
        migrations.AddConstraint(
            model_name="pendingchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="pending_ends_after_it_starts"
            ),
        ),
        migrations.AddConstraint(
            model_name="pendingchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("mode__in", ["face_to_face", "hybrid"]), ("venue__isnull", False)),
                    models.Q(("mode", "online"), ("venue", None)),
                    _connector="OR",
                ),
                name="pending_in_person_needs_a_venue",
            ),
        ),
        migrations.AddConstraint(
            model_name="timetablepublication",
            constraint=models.UniqueConstraint(fields=("cohort", "number"), name="one_publication_of_a_number"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="timetablepublication",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="1cedd7ad6d51d5cc286df53c0260b794000888c1",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_42d8b",
                    table="cohorts_timetablepublication",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="seminarchange",
            constraint=models.UniqueConstraint(fields=("seminar", "revision"), name="one_change_of_a_revision"),
        ),
        migrations.AddConstraint(
            model_name="seminarchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("what", []), _negated=True), name="a_change_is_of_something"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="seminarchange",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="04536d8f380ba2d922ca64c950b65d44a5658c17",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_19b1c",
                    table="cohorts_seminarchange",
                    when="BEFORE",
                ),
            ),
        ),
    ]
