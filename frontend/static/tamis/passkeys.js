// Passkeys: say it in words when the browser or the person says no.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const place = document.querySelector("[data-passkey-problem]");
  if (!place) return;
  place.hidden = false;
  place.focus();
});
for (const place of document.querySelectorAll("[data-needs-passkeys]")) {
  place.hidden = "PublicKeyCredential" in window;
}
