from django.urls import path

from tongban.evaluations.pages import citizen

app_name = "evaluations"
urlpatterns = [path("my/applications/<str:number>/evaluation", citizen.rate, name="rate")]
