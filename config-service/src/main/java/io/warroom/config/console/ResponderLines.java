package io.warroom.config.console;

import io.warroom.config.http.FieldError;
import io.warroom.config.http.Problem;
import io.warroom.event.IncidentLimits;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The responders of the declare form: one person a line, as id, name, and an e-mail address, a mobile number or a platform user.
 * Stateless.
 */
final class ResponderLines {

    /** A form can have 2 MB; this much holds 1,000 people. */
    static final int MAX_CHARACTERS = 256 * 1_024;

    private ResponderLines() {}

    /**
     * The people, as the API's field {@code responders} takes them.
     *
     * @throws Problem 422 when there are more lines or characters than an incident can have people
     */
    static List<Map<String, String>> parse(String text) {
        if (text.length() > MAX_CHARACTERS || text.lines().count() > IncidentLimits.RESPONDERS) {
            throw Problem.invalid(List.of(new FieldError(
                    "responders",
                    "must be at most %d lines and %d characters: declare with the first responders and add the others by updates"
                            .formatted(IncidentLimits.RESPONDERS, MAX_CHARACTERS))));
        }
        return text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .map(ResponderLines::responder)
                .toList();
    }

    private static Map<String, String> responder(String line) {
        // The pattern has no blanks: one that also matches those around a separator takes quadratic time.
        var parts = Arrays.stream(line.split("[,，]", 3)).map(String::strip).toList();
        var responder = new LinkedHashMap<String, String>();
        responder.put("personId", parts.getFirst());
        responder.put("name", parts.get(parts.size() > 1 ? 1 : 0));
        if (parts.size() > 2) {
            var contact = parts.get(2);
            responder.put(
                    contact.contains("@") ? "email" : contact.startsWith("+") ? "mobile" : "platformUserId", contact);
        }
        return responder;
    }
}
