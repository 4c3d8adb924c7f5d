from django.urls import path

from tongban.evaluations.pages import citizen, complaint

app_name = "evaluations"
urlpatterns = [
    path("my/applications/<str:number>/evaluation", citizen.rate, name="rate"),
    path("my/applications/<str:number>/complaint", complaint.page, name="complain"),
]
