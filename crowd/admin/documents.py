"""Documents: add, look at what went wrong, try again."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crowd import sentences
from crowd.models import Document
from crowd.rules.lifecycle import DocumentState
from crowd.rules.problems import Problem
from crowd.services import documents, intake


class DocumentForm(forms.ModelForm):
    """Adding a document goes through the same verb as everywhere: it is checked and split.

    Archives and lists are deliveries, and no documents: the campaign's own pages take those.
    """

    upload = forms.FileField(label=_("file"), required=True)

    class Meta:
        model = Document
        fields = ["campaign", "source_url"]

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or {}
        if clean.get("upload") and clean.get("campaign"):
            try:
                self.instance = intake.receive(
                    campaign=clean["campaign"],
                    upload=clean["upload"],
                    name=clean["upload"].name,
                    source_url=clean.get("source_url") or "",
                    now=timezone.now(),
                )
            except Problem as problem:
                raise ValidationError({"upload": sentences.sentence(problem)}) from problem
        return clean

    def _post_clean(self) -> None:
        """Nothing more to build or to validate: the verb has made the document."""


@admin.register(Document)
class DocumentAdmin(admin.ModelAdmin):
    list_display = ["name", "campaign", "state", "pages_done", "pages_known", "problem"]
    list_filter = ["campaign", "state"]
    actions = ["try_again"]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is None:
            return DocumentForm
        return super().get_form(request, obj, change, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [] if obj is None else [field.name for field in Document._meta.fields]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ["campaign", "source_url", "upload"]
        return [field.name for field in Document._meta.fields if field.name != "file"]

    def save_model(self, request: HttpRequest, obj: Document, form: Any, change: bool) -> None:
        """Saved already, by `intake.receive`."""

    @admin.display(description=_("problem"))
    def problem(self, document: Document) -> str:
        return sentences.sentence_of(document.problem_code, document.problem_params)

    @admin.action(description=_("Split again what failed"))
    def try_again(self, request: HttpRequest, queryset: QuerySet[Document]) -> None:
        for document in queryset.filter(state=DocumentState.FAILED.value):
            documents.retry(document=document)
