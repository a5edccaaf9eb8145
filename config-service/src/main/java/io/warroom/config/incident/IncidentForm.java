package io.warroom.config.incident;

import io.warroom.config.http.Fields;
import io.warroom.config.http.TenantId;
import io.warroom.event.ChatChoice;
import io.warroom.event.IncidentDeclaration;
import io.warroom.event.IncidentDeclared;
import io.warroom.event.IncidentLimits;
import io.warroom.event.IncidentResolved;
import io.warroom.event.IncidentUpdated;
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
 * Reads a declaration, an update or a resolution from a request's fields. What may be in one is said by {@link IncidentLimits}, the same for
 * every producer; here stands only what is about JSON, and how far from now an incident may be.
 */
final class IncidentForm {

    private static final List<Severity> SEVERITIES =
            List.of(Severity.P1, Severity.P2, Severity.P3, Severity.P4, Severity.P5);

    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");

    private IncidentForm() {}

    /** @throws io.warroom.config.http.Problem 422 naming every field at fault */
    static IncidentDeclared read(TenantId tenant, Fields body, Instant now) {
        requireSame(body, "tenantId", tenant.value());
        var severity = body.findOneOf("severity", SEVERITIES);
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
                time(body, "declaredAt", now),
                body.findOneOf(
                        "chat", List.of(ChatChoice.WECOM, ChatChoice.DINGTALK, ChatChoice.LARK, ChatChoice.NONE)),
                body.objects("links", IncidentLimits.LINKS, IncidentForm::link),
                body.objects("responders", IncidentLimits.RESPONDERS, IncidentForm::responder));
        IncidentLimits.violations(incident).forEach(violation -> body.refuse(violation.field(), violation.message()));
        body.requireValid();
        return incident;
    }

    /** @throws io.warroom.config.http.Problem 422 naming every field at fault */
    static IncidentUpdated readUpdate(TenantId tenant, String incidentId, Fields body, Instant now) {
        requireSame(body, "tenantId", tenant.value());
        requireSame(body, "incidentId", incidentId);
        var update = new IncidentUpdated(
                tenant.value(),
                incidentId,
                body.findAnyText("title"),
                body.findOneOf("severity", SEVERITIES),
                body.findAnyText("impact"),
                body.findAnyText("note"),
                body.objects("addedResponders", IncidentLimits.RESPONDERS, IncidentForm::responder),
                time(body, "updatedAt", now));
        IncidentLimits.violations(update).forEach(violation -> body.refuse(violation.field(), violation.message()));
        body.requireValid();
        if (update.getTitle() == null
                && update.getSeverity() == null
                && update.getImpact() == null
                && update.getNote() == null
                && update.getAddedResponders().isEmpty()) {
            body.refuse(
                    "note",
                    "is missing, as is every other change: give title, severity, impact, note or addedResponders");
            body.requireValid();
        }
        return update;
    }

    /** @throws io.warroom.config.http.Problem 422 naming every field at fault */
    static IncidentResolved readResolution(TenantId tenant, String incidentId, Fields body, Instant now) {
        requireSame(body, "tenantId", tenant.value());
        requireSame(body, "incidentId", incidentId);
        var resolution = new IncidentResolved(
                tenant.value(), incidentId, body.findAnyText("summary"), time(body, "resolvedAt", now));
        IncidentLimits.violations(resolution).forEach(violation -> body.refuse(violation.field(), violation.message()));
        body.requireValid();
        return resolution;
    }

    /** An id of the address may be repeated in the body, and must be the same then. */
    private static void requireSame(Fields body, String field, String inAddress) {
        var inBody = body.findAnyText(field);
        if (inBody != null && !inBody.equals(inAddress)) {
            body.refuse(field, "is not the one of the address: make them equal, or leave it out");
        }
    }

    private static Instant time(Fields body, String field, Instant now) {
        var present = now.truncatedTo(ChronoUnit.MILLIS);
        if (body.isNumber(field)) {
            body.refuse(
                    field,
                    "must be a time in quotes, like 2026-10-01T00:00:00Z, and not a number of seconds or milliseconds; left out,"
                            + " it is now");
            return present;
        }
        var text = body.findText(field, 64);
        if (text == null) {
            return present;
        }
        try {
            var time = Instant.parse(text).truncatedTo(ChronoUnit.MILLIS);
            if (IncidentDeclaration.looksLikeSeconds(time)) {
                body.refuse(
                        field,
                        "is in January or February 1970: seconds were taken as milliseconds. Give it like"
                                + " 2026-10-01T00:00:00Z, or leave it out");
            } else if (time.isBefore(EARLIEST) || time.isAfter(present.plus(Duration.ofDays(1)))) {
                body.refuse(field, "is before the year 2000 or more than a day ahead: check it, or leave it out");
            }
            return time;
        } catch (DateTimeParseException _) {
            body.refuse(field, "must be a time like 2026-10-01T00:00:00Z; left out, it is now");
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
