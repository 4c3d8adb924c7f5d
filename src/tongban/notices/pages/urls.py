from django.urls import path

from tongban.notices.pages import citizen

app_name = "notices"
urlpatterns = [path("my/messages", citizen.messages, name="messages")]
