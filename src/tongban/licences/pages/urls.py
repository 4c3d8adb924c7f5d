from django.urls import path

from tongban.licences.pages import citizen

app_name = "licences"
urlpatterns = [
    path("verify", citizen.verify, name="verify"),
    path("verify/<str:code>", citizen.verified, name="verified"),
    path("my/licences", citizen.mine, name="mine"),
    path("my/licences/<uuid:licence>.pdf", citizen.download, name="pdf"),
]
