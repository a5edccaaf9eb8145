package io.warroom.config.incident;

import io.warroom.config.http.Fields;
import io.warroom.config.http.TenantId;
import io.warroom.event.ChatChoice;
import io.warroom.event.IncidentDeclared;
import io.warroom.event.Link;
import io.warroom.event.Responder;
import io.warroom.event.Role;
import io.warroom.event.Severity;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a declaration from a request's fields, within the limits of the event contract. */
final class IncidentForm {

    private static final Pattern MOBILE = Pattern.compile("\\+[1-9][0-9]{6,14}");
    private static final Pattern EMAIL = Pattern.compile("[^\\s@]+@[^\\s@]+");
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");

    private IncidentForm() {}

    /** @throws io.warroom.config.http.Problem 422 naming every field at fault */
    static IncidentDeclared read(TenantId tenant, Fields body, Instant now) {
        var inBody = body.findText("tenantId", 64);
        if (inBody != null && !inBody.equals(tenant.value())) {
            body.refuse("tenantId", "is not the tenant of the address: make them equal, or leave it out");
        }
        var incidentId = body.requireText("incidentId", 128);
        if (incidentId.indexOf('/') >= 0) {
            body.refuse("incidentId", "has a '/': use another character");
        }
        var title = body.requireText("title", 255);
        var severity =
                body.findOneOf("severity", List.of(Severity.P1, Severity.P2, Severity.P3, Severity.P4, Severity.P5));
        if (severity == null) {
            body.requireText("severity", 64);
        }
        var description = body.findLines("description", 4000);
        var impact = body.findLines("impact", 1000);
        var service = body.findText("service", 255);
        var region = body.findText("region", 255);
        var declaredAt = declaredAt(body, now);
        var chat = body.findOneOf(
                "chat", List.of(ChatChoice.WECOM, ChatChoice.DINGTALK, ChatChoice.LARK, ChatChoice.NONE));
        var links = body.objects("links", 20, IncidentForm::link);
        var people = new HashSet<String>();
        var responders = body.objects("responders", 1000, fields -> {
            var responder = responder(fields);
            if (!responder.getPersonId().isEmpty() && !people.add(responder.getPersonId())) {
                fields.refuse("personId", "is given twice: name each person once");
            }
            return responder;
        });
        body.requireValid();
        return new IncidentDeclared(
                tenant.value(),
                incidentId,
                title,
                severity == null ? Severity.UNKNOWN : severity,
                description,
                impact,
                service,
                region,
                declaredAt,
                chat,
                links,
                responders);
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
        var title = fields.requireText("title", 255);
        var url = fields.requireText("url", 2048);
        if (!url.isEmpty() && !isWebAddress(url)) {
            fields.refuse("url", "must be an absolute http or https address");
        }
        return new Link(title, url);
    }

    private static boolean isWebAddress(String url) {
        try {
            var uri = new URI(url);
            var scheme = uri.getScheme();
            return ("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme)) && uri.getHost() != null;
        } catch (URISyntaxException _) {
            return false;
        }
    }

    private static Responder responder(Fields fields) {
        var role = fields.findOneOf("role", List.of(Role.COMMANDER, Role.COMMUNICATIONS, Role.RESPONDER));
        return new Responder(
                fields.requireText("personId", 128),
                fields.requireText("name", 255),
                shaped(fields, "email", 254, EMAIL, "must be an e-mail address like ann@example.com"),
                shaped(fields, "mobile", 32, MOBILE, "must be in E.164 form like +8613800000000"),
                fields.findText("platformUserId", 128),
                role == null ? Role.RESPONDER : role);
    }

    private static @Nullable String shaped(Fields fields, String field, int max, Pattern shape, String remedy) {
        var text = fields.findText(field, max);
        if (text != null && !shape.matcher(text).matches()) {
            fields.refuse(field, remedy);
        }
        return text;
    }
}
