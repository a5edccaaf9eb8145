package io.warroom.event;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Brings the fields of one event within their limits and notes each change. */
final class IncidentFitting {

    private static final String CUT = "\u2026";
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Duration MAX_AHEAD = Duration.ofDays(1);

    private final List<IncidentLimits.Violation> changes;

    IncidentFitting(List<IncidentLimits.Violation> changes) {
        this.changes = changes;
    }

    private void changed(String field, String message) {
        changes.add(new IncidentLimits.Violation(field, message));
    }

    /** One line, possibly empty. */
    String line(String field, String value, int max) {
        return cut(field, clean(field, value, false), max);
    }

    /** Text of several lines. */
    @Nullable
    String text(String field, @Nullable String value, int max) {
        return value == null ? null : cut(field, clean(field, value, true), max);
    }

    private String clean(String field, String value, boolean lineBreaksAllowed) {
        if (value.codePoints().noneMatch(c -> IncidentLimits.isControl(c, lineBreaksAllowed))) {
            return value.isBlank() ? "" : value;
        }
        changed(field, "had control characters; they are blanks now");
        var cleaned = new StringBuilder(value.length());
        value.codePoints()
                .forEach(c -> cleaned.appendCodePoint(IncidentLimits.isControl(c, lineBreaksAllowed) ? ' ' : c));
        return cleaned.toString().strip();
    }

    private String cut(String field, String value, int max) {
        if (IncidentLimits.length(value) <= max) {
            return value;
        }
        changed(field, "was cut to " + max + " characters");
        return value.substring(0, value.offsetByCodePoints(0, max - 1)) + CUT;
    }

    String titleOf(String incidentId) {
        changed("title", "was blank; the incident's id stands for it");
        return incidentId;
    }

    @Nullable
    ChatChoice chat(@Nullable ChatChoice chat) {
        if (chat != ChatChoice.UNKNOWN) {
            return chat;
        }
        changed("chat", "is not known; the tenant's own choice is used");
        return null;
    }

    /** The same answer for each replay, where the number tells its unit: seconds, microseconds or nanoseconds. */
    Instant time(String field, Instant value, Instant writtenAt) {
        if (isPlausible(value, writtenAt)) {
            return value;
        }
        long number = value.getEpochSecond() >= Long.MAX_VALUE / 1_000 || value.getEpochSecond() < 0
                ? 0
                : value.toEpochMilli();
        var meant = LongStream.of(
                        number <= Long.MAX_VALUE / 1000 ? number * 1000 : 0, number / 1000, number / 1_000_000)
                .mapToObj(Instant::ofEpochMilli)
                .filter(time -> isPlausible(time, writtenAt))
                .findFirst()
                .orElse(writtenAt);
        changed(field, "must be milliseconds since 1970; " + meant + " is used");
        return meant;
    }

    private static boolean isPlausible(Instant time, Instant writtenAt) {
        return !time.isBefore(EARLIEST) && !time.isAfter(writtenAt.plus(MAX_AHEAD));
    }

    List<Link> links(List<Link> links) {
        var fitted = new ArrayList<Link>();
        for (int i = 0; i < links.size(); i++) {
            String field = "links[" + i + "]";
            var link = links.get(i);
            String url = link.getUrl().strip();
            if (!IncidentLimits.isWebAddress(url)) {
                changed(field + ".url", "is no http or https address of at most 2048 characters; the link is left out");
                continue;
            }
            if (fitted.size() == IncidentLimits.LINKS) {
                changed("links", "must be at most " + IncidentLimits.LINKS + "; the rest is left out");
                break;
            }
            String title = line(field + ".title", link.getTitle(), 255);
            fitted.add(new Link(title.isEmpty() ? cut(field + ".title", url, 255) : title, url));
        }
        return fitted;
    }

    List<Responder> responders(String list, List<Responder> responders) {
        var fitted = new ArrayList<Responder>();
        var ids = new HashSet<String>();
        for (int i = 0; i < responders.size(); i++) {
            String field = list + "[" + i + "]";
            var responder = responders.get(i);
            String id = responder.getPersonId();
            if (!IncidentLimits.isIncidentId(id)) {
                changed(field + ".personId", "is no id; the responder is left out");
                continue;
            }
            if (!ids.add(id)) {
                changed(field + ".personId", "is there twice; the first is used");
                continue;
            }
            if (fitted.size() == IncidentLimits.RESPONDERS) {
                changed(list, "must be at most " + IncidentLimits.RESPONDERS + "; the rest is left out");
                break;
            }
            String name = line(field + ".name", responder.getName(), 255);
            fitted.add(new Responder(
                    id,
                    name.isEmpty() ? id : name,
                    email(field, responder.getEmail()),
                    mobile(field, responder.getMobile()),
                    userId(field, responder.getPlatformUserId()),
                    responder.getRole()));
        }
        return fitted;
    }

    private @Nullable String email(String field, @Nullable String email) {
        String stripped = email == null ? "" : email.strip();
        if (stripped.isEmpty() || IncidentLimits.isEmail(stripped)) {
            return stripped.isEmpty() ? null : stripped;
        }
        changed(field + ".email", "is no e-mail address; it is left out");
        return null;
    }

    /** People write separators: {@code +86 138-0000-0000}. */
    private @Nullable String mobile(String field, @Nullable String mobile) {
        String digits = mobile == null ? "" : mobile.replaceAll("[\\s().-]", "");
        if (digits.isEmpty() || IncidentLimits.isMobile(digits)) {
            return digits.isEmpty() ? null : digits;
        }
        changed(field + ".mobile", "is not in E.164 form, such as +8613800000000; it is left out");
        return null;
    }

    private @Nullable String userId(String field, @Nullable String userId) {
        if (userId == null || IncidentLimits.isIncidentId(userId)) {
            return userId;
        }
        changed(field + ".platformUserId", "is no id; it is left out");
        return null;
    }
}
