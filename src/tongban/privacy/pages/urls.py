from django.urls import path

from tongban.privacy.pages import accesses

app_name = "privacy"
urlpatterns = [
    path("my/accesses", accesses.accesses, name="accesses"),
]
