"""Someone who uses the API: a script with a token, or a browser with cookies."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

ROOT = "/api/v1"


@dataclass
class Caller:
    """Calls with an identity; replies are Django's test responses."""

    token: str = ""
    language: str = "en"
    client: Client = field(default_factory=Client)

    @property
    def headers(self) -> dict[str, str]:
        bearer = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {"Accept-Language": self.language, **bearer}

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(ROOT + path, query, headers=self.headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._send(self.client.post, path, body, headers)

    def patch(self, path: str, body: Any) -> Any:
        return self._send(self.client.patch, path, body, {})

    def put(self, path: str, body: Any) -> Any:
        return self._send(self.client.put, path, body, {})

    def delete(self, path: str) -> Any:
        return self._send(self.client.delete, path, None, {})

    def upload(self, path: str, files: dict[str, bytes], **fields: str) -> Any:
        uploads = [SimpleUploadedFile(name, content) for name, content in files.items()]
        return self.client.post(ROOT + path, {"file": uploads, **fields}, headers=self.headers)

    def _send(self, method: Any, path: str, body: Any, headers: dict[str, str]) -> Any:
        return method(
            ROOT + path,
            {} if body is None else body,
            content_type="application/json",
            headers={**self.headers, **headers},
        )

    # The volunteer's loop.

    def claim(self, slug: str) -> Any:
        return self.post(f"/campaigns/{slug}/assignments").json()

    def answer(self, assignment: Any, values: Any, **more: Any) -> Any:
        body = {"id": str(uuid4()), "values": values, **more}
        return self.post(f"/assignments/{assignment['id']}/answers", body)

    def answer_next(self, slug: str, values: Any) -> Any:
        """Claim one and answer it; the claimed assignment."""
        assignment = self.claim(slug)["assignment"]
        reply = self.answer(assignment, values)
        assert reply.status_code == 201, reply.content
        return assignment


def volunteer(language: str = "en") -> Caller:
    """A new guest."""
    made = Caller().post("/contributors", {"language": language})
    assert made.status_code == 201, made.content
    return Caller(token=made.json()["token"], language=language)
