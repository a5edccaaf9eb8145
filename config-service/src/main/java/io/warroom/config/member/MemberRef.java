package io.warroom.config.member;

import io.warroom.config.http.FieldError;
import io.warroom.config.http.Problem;
import io.warroom.config.http.TenantId;
import io.warroom.event.IncidentLimits;
import java.util.List;
import org.springframework.http.HttpStatus;

/**
 * A person of a tenant, as named in a route.
 *
 * @param personId id in the incident system: 1 to 128 characters, no control characters, no '/'
 */
public record MemberRef(TenantId tenant, String personId) {

    /** @throws Problem 400 when the person's id is none */
    public MemberRef {
        if (!isId(personId)) {
            var wrong = new FieldError("personId", "must be 1 to 128 characters, without '/' and control characters");
            throw new Problem(HttpStatus.BAD_REQUEST, "invalid-person", "personId " + wrong.message(), List.of(wrong));
        }
    }

    /** What the event contract takes as an id. */
    static boolean isId(String text) {
        return IncidentLimits.isIncidentId(text);
    }
}
