from django.urls import path

from tongban.portal.pages import citizen

app_name = "portal"
urlpatterns = [
    path("", citizen.home, name="home"),
    path("my", citizen.my, name="my"),
]
