"""The pages of modules: what a lead publishes, and who has read how many of them."""

from django.core.files.uploadedfile import SimpleUploadedFile

from cohorts.actions.study import read_page
from cohorts.models import Enrolment
from npqh_portal.home.management.demo.cast import address_of, staff
from npqh_portal.home.management.demo.cast.study import Module, Page
from npqh_portal.home.management.demo.pictures import practice_png, review_pdf
from npqh_portal.programmes.actions import add_file, begin_page, draft_page, publish_text
from npqh_portal.programmes.models import Item, Programme, StudyPage, StudyRevision
from npqh_portal.programmes.queries import revisions_shown

from .lookups import Lookups

_NOT_YET = "To come."


class Study(Lookups):
    def publish_module(self, programme: Programme, module: Module) -> None:
        for page in module.pages:
            self.publish_page(programme, module.code, page)

    def publish_page(self, programme: Programme, code: str, page: Page) -> None:
        """One that names files begins without them: they are put beside it, and then named."""
        lead = self.user(staff.LEAD)
        title, minutes = page.title, page.minutes
        files = [(name, drawn) for name, drawn in ((page.picture, practice_png), (page.handout, review_pdf)) if name]
        body = _NOT_YET if files else page.body
        draft: StudyRevision = begin_page(programme, item_code=code, title=title, minutes=minutes, body=body, by=lead)
        for name, drawn in files:
            add_file(draft.page, upload=SimpleUploadedFile(name, drawn()), by=lead)
            draft = draft_page(draft.page, title=title, minutes=minutes, body=page.body, by=lead)
        publish_text(draft, by=lead)

    def draft_last_page(self, programme: Programme, code: str, body: str) -> None:
        page = StudyPage.objects.filter(programme=programme, item_code=code).order_by("place").last()
        assert page is not None  # noqa: S101  # the module was published weeks ago
        said = page.revisions.all()[0]
        draft_page(page, title=said.title, minutes=said.minutes, body=body, by=self.user(staff.LEAD))

    def study(self, name: str, item: Item, number: int) -> None:
        """One page, by its number from 0."""
        enrolment = Enrolment.objects.select_related("person").get(person__email=address_of(name))
        revision = revisions_shown(item.version.programme_id, item.code)[number]
        read_page(enrolment, item=item, revision=revision, by=enrolment.person)
