package io.warroom.config.http;

import java.util.List;
import java.util.regex.Pattern;
import org.springframework.http.HttpStatus;

/** A tenant, as named in a route: 1 to 64 characters of letters, digits, '.', '_', '-', beginning with a letter or digit. */
public record TenantId(String value) {

    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    /** @throws Problem 400 when the text is no tenant id */
    public TenantId {
        if (!SHAPE.matcher(value).matches()) {
            var wrong = new FieldError(
                    "tenantId",
                    "must be 1 to 64 characters of letters, digits, '.', '_', '-', beginning with a letter or digit");
            throw new Problem(HttpStatus.BAD_REQUEST, "invalid-tenant", "tenantId " + wrong.message(), List.of(wrong));
        }
    }
}
