package io.warroom.config.incident;

import io.warroom.config.http.Fields;
import io.warroom.config.http.TenantId;
import io.warroom.event.ChatChoice;
import io.warroom.event.IncidentDeclared;
import io.warroom.event.IncidentLimits;
import io.warroom.event.Link;
import io.warroom.event.Responder;
import io.warroom.event.Role;
import io.warroom.event.Severity;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Reads a declaration from a request's fields. What may be in an incident is said by {@link IncidentLimits}, the same for
 * every producer; here stands only what is about JSON, and how far from now an incident may be.
 */
final class IncidentForm {

    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");

    private IncidentForm() {}

    /** @throws io.warroom.config.http.Problem 422 naming every field at fault */
    static IncidentDeclared read(TenantId tenant, Fields body, Instant now) {
        var inBody = body.findAnyText("tenantId");
        if (inBody != null && !inBody.equals(tenant.value())) {
            body.refuse("tenantId", "is not the tenant of the address: make them equal, or leave it out");
        }
        var severity =
                body.findOneOf("severity", List.of(Severity.P1, Severity.P2, Severity.P3, Severity.P4, Severity.P5));
        if (severity == null) {
            body.requireAnyText("severity");
        }
        var incident = new IncidentDeclared(
                tenant.value(),
                body.requireAnyText("incidentId"),
                body.requireAnyText("title"),
                severity == null ? Severity.UNKNOWN : severity,
                body.findAnyText("description"),
                body.findAnyText("impact"),
                body.findAnyText("service"),
                body.findAnyText("region"),
                declaredAt(body, now),
                body.findOneOf(
                        "chat", List.of(ChatChoice.WECOM, ChatChoice.DINGTALK, ChatChoice.LARK, ChatChoice.NONE)),
                body.objects("links", IncidentLimits.LINKS, IncidentForm::link),
                body.objects("responders", IncidentLimits.RESPONDERS, IncidentForm::responder));
        IncidentLimits.violations(incident).forEach(violation -> body.refuse(violation.field(), violation.message()));
        body.requireValid();
        return incident;
    }

    private static Instant declaredAt(Fields body, Instant now) {
        var present = now.truncatedTo(ChronoUnit.MILLIS);
        var text = body.findText("declaredAt", 64);
        if (text == null) {
            return present;
        }
        try {
            var time = Instant.parse(text).truncatedTo(ChronoUnit.MILLIS);
            if (time.isBefore(EARLIEST) || time.isAfter(present.plus(Duration.ofDays(1)))) {
                body.refuse(
                        "declaredAt", "is before the year 2000 or more than a day ahead: check it, or leave it out");
            }
            return time;
        } catch (DateTimeParseException _) {
            body.refuse("declaredAt", "must be a time like 2026-10-01T00:00:00Z; left out, it is now");
            return present;
        }
    }

    private static Link link(Fields fields) {
        return new Link(fields.requireAnyText("title"), fields.requireAnyText("url"));
    }

    private static Responder responder(Fields fields) {
        var role = fields.findOneOf("role", List.of(Role.COMMANDER, Role.COMMUNICATIONS, Role.RESPONDER));
        return new Responder(
                fields.requireAnyText("personId"),
                fields.requireAnyText("name"),
                fields.findAnyText("email"),
                fields.findAnyText("mobile"),
                fields.findAnyText("platformUserId"),
                role == null ? Role.RESPONDER : role);
    }
}
