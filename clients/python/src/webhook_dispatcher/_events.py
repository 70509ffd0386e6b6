# Made from contract/openapi.json by generate.py; do not edit it by hand.
"""What a receiver gets."""

from typing import TypeAlias

from .models import (
    CourseCompletionEvent,
    CourseEnrollmentEvent,
    DashboardTaskCreatedEvent,
    DomainEnrollmentEvent,
    LessonCompletionEvent,
    PathCompletionEvent,
    PathEnrollmentEvent,
    PingEvent,
    PurchaseFulfillmentEvent,
    QuizCompletionEvent,
    ViltEventRegistrationEvent,
    WebhookDeactivatedEvent,
    WebhookFailingEvent,
    WebhookRecoveredEvent,
)

WebhookEvent: TypeAlias = (
    CourseEnrollmentEvent
    | DomainEnrollmentEvent
    | CourseCompletionEvent
    | LessonCompletionEvent
    | PathCompletionEvent
    | PathEnrollmentEvent
    | QuizCompletionEvent
    | PurchaseFulfillmentEvent
    | DashboardTaskCreatedEvent
    | ViltEventRegistrationEvent
    | WebhookDeactivatedEvent
    | WebhookFailingEvent
    | WebhookRecoveredEvent
    | PingEvent
)
"""An event of a built-in type. ``event_type`` says of which."""
