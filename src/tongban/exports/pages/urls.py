from django.urls import path

from tongban.exports.pages import staff

app_name = "exports"
urlpatterns = [
    path("desk/exports", staff.exports, name="exports"),
    path("desk/exports/<slug:key>", staff.export, name="export"),
]
