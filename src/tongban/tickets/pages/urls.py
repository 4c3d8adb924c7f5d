from django.urls import path

from tongban.tickets.pages import citizen, staff

app_name = "tickets"
urlpatterns = [
    path("my/accesses/<uuid:look>/doubt", citizen.doubt, name="doubt"),
    path("desk/tickets", staff.tickets, name="tickets"),
    path("desk/tickets/<str:number>", staff.ticket, name="ticket"),
    path("desk/tickets/<str:number>/rectification", staff.rectify, name="rectify"),
    path("desk/tickets/<str:number>/visit", staff.visit, name="visit"),
]
