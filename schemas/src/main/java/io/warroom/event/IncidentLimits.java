package io.warroom.event;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The limits of an {@link IncidentDeclared}, an {@link IncidentUpdated} and an {@link IncidentResolved}, the same for whoever
 * produces and whoever consumes one. Stateless.
 */
public final class IncidentLimits {

    /** Characters (code points) in a title, at most. */
    public static final int TITLE = 255;

    /** Responders of one incident, at most. */
    public static final int RESPONDERS = 1000;

    /** Links of one incident, at most. */
    public static final int LINKS = 20;

    private static final Pattern TENANT_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern MOBILE = Pattern.compile("\\+[1-9][0-9]{4,14}");
    private static final Pattern EMAIL = Pattern.compile("[^\\s@]{1,64}@[^\\s@]{1,189}");

    /**
     * One limit that is not kept.
     *
     * @param field where, as a path: {@code responders[3].mobile}
     * @param message what is wrong and what would be right; never the value itself
     */
    public record Violation(String field, String message) {}

    /**
     * An event within its limits.
     *
     * @param changes what was changed or left out, by field
     */
    public record Fitted<E>(E event, List<Violation> changes) {}

    private IncidentLimits() {}

    /** Every limit that the incident does not keep; empty when it may be declared. */
    public static List<Violation> violations(IncidentDeclared incident) {
        var found = new ArrayList<Violation>();
        incident(found, incident.getTenantId(), incident.getIncidentId());
        line(found, "title", incident.getTitle(), TITLE);
        text(found, "description", incident.getDescription(), 4000);
        text(found, "impact", incident.getImpact(), 1000);
        text(found, "service", incident.getService(), 255);
        text(found, "region", incident.getRegion(), 255);
        if (incident.getChat() == ChatChoice.UNKNOWN) {
            found.add(new Violation("chat", "must be WECOM, DINGTALK, LARK, NONE or absent"));
        }
        links(found, incident.getLinks());
        responders(found, "responders", incident.getResponders());
        return found;
    }

    /** Every limit that the update does not keep; empty when it may be sent. */
    public static List<Violation> violations(IncidentUpdated update) {
        var found = new ArrayList<Violation>();
        incident(found, update.getTenantId(), update.getIncidentId());
        if (update.getTitle() != null) {
            line(found, "title", update.getTitle(), TITLE);
        }
        text(found, "impact", update.getImpact(), 1000);
        text(found, "note", update.getNote(), 4000);
        responders(found, "addedResponders", update.getAddedResponders());
        return found;
    }

    /** Every limit that the resolution does not keep; empty when it may be sent. */
    public static List<Violation> violations(IncidentResolved resolution) {
        var found = new ArrayList<Violation>();
        incident(found, resolution.getTenantId(), resolution.getIncidentId());
        text(found, "summary", resolution.getSummary(), 4000);
        return found;
    }

    /**
     * The incident within its limits: control characters become blanks, what is too long is cut, and an optional part that nobody
     * can use (a link, a contact, a responder without id) is left out. Only ids stay as they are.
     *
     * @param writtenAt when the record was written: it stands for a {@code declaredAt} that cannot be right
     */
    public static Fitted<IncidentDeclared> fitted(IncidentDeclared incident, Instant writtenAt) {
        var changes = new ArrayList<Violation>();
        var fitter = new IncidentFitting(changes);
        var title = fitter.line("title", incident.getTitle(), TITLE);
        var event = new IncidentDeclared(
                incident.getTenantId(),
                incident.getIncidentId(),
                title.isEmpty() ? fitter.titleOf(incident.getIncidentId()) : title,
                incident.getSeverity(),
                fitter.text("description", incident.getDescription(), 4000),
                fitter.text("impact", incident.getImpact(), 1000),
                fitter.text("service", incident.getService(), 255),
                fitter.text("region", incident.getRegion(), 255),
                fitter.time("declaredAt", incident.getDeclaredAt(), writtenAt),
                fitter.chat(incident.getChat()),
                fitter.links(incident.getLinks()),
                fitter.responders("responders", incident.getResponders()));
        return new Fitted<>(event, List.copyOf(changes));
    }

    /** The update within its limits, as {@link #fitted(IncidentDeclared, Instant)}. A blank title changes nothing. */
    public static Fitted<IncidentUpdated> fitted(IncidentUpdated update, Instant writtenAt) {
        var changes = new ArrayList<Violation>();
        var fitter = new IncidentFitting(changes);
        var title = update.getTitle() == null ? "" : fitter.line("title", update.getTitle(), TITLE);
        var event = new IncidentUpdated(
                update.getTenantId(),
                update.getIncidentId(),
                title.isEmpty() ? null : title,
                update.getSeverity(),
                fitter.text("impact", update.getImpact(), 1000),
                fitter.text("note", update.getNote(), 4000),
                fitter.responders("addedResponders", update.getAddedResponders()),
                fitter.time("updatedAt", update.getUpdatedAt(), writtenAt));
        return new Fitted<>(event, List.copyOf(changes));
    }

    /** The resolution within its limits, as {@link #fitted(IncidentDeclared, Instant)}. */
    public static Fitted<IncidentResolved> fitted(IncidentResolved resolution, Instant writtenAt) {
        var changes = new ArrayList<Violation>();
        var fitter = new IncidentFitting(changes);
        var event = new IncidentResolved(
                resolution.getTenantId(),
                resolution.getIncidentId(),
                fitter.text("summary", resolution.getSummary(), 4000),
                fitter.time("resolvedAt", resolution.getResolvedAt(), writtenAt));
        return new Fitted<>(event, List.copyOf(changes));
    }

    /** Whether the text may be a tenant's id: 1 to 64 letters, digits, '.', '_' or '-', beginning with a letter or digit. */
    public static boolean isTenantId(String text) {
        return TENANT_ID.matcher(text).matches();
    }

    /** Whether the text may be an incident's id: 1 to 128 characters, not blank, without '/' and control characters. */
    public static boolean isIncidentId(String text) {
        return !text.isBlank() && length(text) <= 128 && text.indexOf('/') < 0 && !hasControls(text, false);
    }

    private static void incident(List<Violation> found, String tenantId, String incidentId) {
        if (!isTenantId(tenantId)) {
            found.add(new Violation(
                    "tenantId", "must be 1 to 64 letters, digits, '.', '_' or '-', beginning with a letter or digit"));
        }
        id(found, "incidentId", incidentId);
    }

    private static void links(List<Violation> found, List<Link> links) {
        if (links.size() > LINKS) {
            found.add(new Violation("links", "must be at most " + LINKS + ", not " + links.size()));
            return;
        }
        for (int i = 0; i < links.size(); i++) {
            line(found, "links[" + i + "].title", links.get(i).getTitle(), 255);
            if (!isWebAddress(links.get(i).getUrl())) {
                found.add(new Violation(
                        "links[" + i + "].url", "must be an absolute http or https URL of at most 2048 characters"));
            }
        }
    }

    static boolean isWebAddress(String url) {
        if (url.length() > 2048 || hasControls(url, false)) {
            return false;
        }
        try {
            var uri = new URI(url);
            String scheme = uri.getScheme();
            return scheme != null
                    && Set.of("http", "https").contains(scheme.toLowerCase(Locale.ROOT))
                    && uri.getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static void responders(List<Violation> found, String list, List<Responder> responders) {
        if (responders.size() > RESPONDERS) {
            found.add(new Violation(list, "must be at most " + RESPONDERS + ", not " + responders.size()));
            return;
        }
        var ids = new HashSet<String>();
        for (int i = 0; i < responders.size(); i++) {
            var responder = responders.get(i);
            String field = list + "[" + i + "].";
            id(found, field + "personId", responder.getPersonId());
            if (!ids.add(responder.getPersonId())) {
                found.add(new Violation(field + "personId", "must be unique in the incident"));
            }
            line(found, field + "name", responder.getName(), 255);
            if (responder.getEmail() != null && !isEmail(responder.getEmail())) {
                found.add(new Violation(field + "email", "must be an e-mail address of at most 254 characters"));
            }
            if (responder.getMobile() != null && !isMobile(responder.getMobile())) {
                found.add(new Violation(field + "mobile", "must be in E.164 form, such as +8613800000000"));
            }
            if (responder.getPlatformUserId() != null) {
                id(found, field + "platformUserId", responder.getPlatformUserId());
            }
        }
    }

    static boolean isEmail(String text) {
        return EMAIL.matcher(text).matches() && !hasControls(text, false);
    }

    static boolean isMobile(String text) {
        return MOBILE.matcher(text).matches();
    }

    private static void id(List<Violation> found, String field, String value) {
        if (!isIncidentId(value)) {
            found.add(
                    new Violation(field, "must be 1 to 128 characters, not blank, without '/' and control characters"));
        }
    }

    private static void line(List<Violation> found, String field, String value, int most) {
        if (value.isBlank() || length(value) > most || hasControls(value, false)) {
            found.add(new Violation(
                    field,
                    "must be 1 to " + most + " characters, not blank, without control characters and line breaks"));
        }
    }

    private static void text(List<Violation> found, String field, @Nullable String value, int most) {
        if (value != null && (length(value) > most || hasControls(value, true))) {
            found.add(new Violation(
                    field,
                    "must be at most " + most + " characters, without control characters other than line breaks"));
        }
    }

    static int length(String value) {
        return value.codePointCount(0, value.length());
    }

    /** Also lone surrogates, which no UTF-8 can carry, and the marks that turn the reading direction around. */
    private static boolean hasControls(String value, boolean lineBreaksAllowed) {
        return value.codePoints().anyMatch(c -> isControl(c, lineBreaksAllowed));
    }

    static boolean isControl(int c, boolean lineBreaksAllowed) {
        if (lineBreaksAllowed && (c == '\n' || c == '\r' || c == '\t')) {
            return false;
        }
        return Character.isISOControl(c)
                || Character.getType(c) == Character.SURROGATE
                || (c >= 0x202A && c <= 0x202E)
                || (c >= 0x2066 && c <= 0x2069);
    }
}
