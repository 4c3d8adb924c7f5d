from django.urls import path

from tongban.privacy.pages import accesses, own_data

app_name = "privacy"
urlpatterns = [
    path("my/accesses", accesses.accesses, name="accesses"),
    path("my/data", own_data.own_data, name="own_data"),
    path("my/data/<uuid:request_id>.zip", own_data.own_data_file, name="own_data_file"),
]
