from django.urls import path

from tongban.credit.pages import citizen, staff

app_name = "credit"
urlpatterns = [
    path("my/credit", citizen.mine, name="mine"),
    path("desk/credit", staff.records, name="records"),
    path("desk/credit/<uuid:record>/repair", staff.repair, name="repair"),
]
