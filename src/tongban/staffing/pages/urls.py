from django.urls import path

from tongban.staffing.pages import authorisations, powers, review, staff

app_name = "staffing"
urlpatterns = [
    path("desk/staff", staff.staff, name="staff"),
    path("desk/staff/proposals", staff.propose, name="propose"),
    path("desk/staff/proposals/<uuid:proposal>/decision", staff.decide, name="decide"),
    path("desk/staff/posts/<int:post>/end", staff.end, name="end"),
    path("desk/staff/accounts", staff.account, name="account"),
    path("desk/staff/review", review.review, name="review"),
    path("desk/staff/review/<int:post>", review.check, name="check"),
    path("desk/authorisations", authorisations.authorisations, name="authorisations"),
    path("desk/authorisations/<uuid:authorisation>/revocation", authorisations.revoke, name="revoke"),
    path("desk/authorisations/<uuid:authorisation>.pdf", authorisations.pdf, name="pdf"),
    path("desk/powers", powers.powers, name="powers"),
    path("desk/my-powers", powers.mine, name="mine"),
    path("desk/my-powers/elevations", powers.elevate, name="elevate"),
]
