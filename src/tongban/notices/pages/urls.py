from django.urls import path

from tongban.notices.pages import citizen, failures, letters, reaching, templates

app_name = "notices"
urlpatterns = [
    path("my/messages", citizen.messages, name="messages"),
    path("my/notices", reaching.settings, name="settings"),
    path("my/notices/mail", reaching.mail, name="mail"),
    path("my/notices/mail/confirmation", reaching.confirmation, name="mail_confirmation"),
    path("my/notices/mail/removal", reaching.removal, name="mail_removal"),
    path("my/notices/phone", reaching.phone, name="phone"),
    path("desk/notices/templates", templates.kinds, name="templates"),
    path("desk/notices/templates/<slug:kind>", templates.template, name="template"),
    path("desk/notices/templates/<slug:kind>/preview", templates.preview, name="template_preview"),
    path("desk/notices/templates/<slug:kind>/general", templates.general, name="template_general"),
    path("desk/notices/hours", templates.hours, name="hours"),
    path("desk/notices/letters", letters.letters, name="letters"),
    path("desk/notices/letters/<uuid:letter>", letters.printing, name="print_letter"),
    path("desk/notices/letters/<uuid:letter>.pdf", letters.paper, name="letter"),
    path("desk/notices/failures", failures.failures, name="failures"),
]
