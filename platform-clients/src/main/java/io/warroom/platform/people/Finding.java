package io.warroom.platform.people;

import io.warroom.platform.Missing;
import org.jspecify.annotations.Nullable;

/**
 * What looking one contact up came to.
 *
 * @param userId null when there is none, and then for the reason
 */
public record Finding(@Nullable String userId, Missing.Reason reason, String detail) {

    public static Finding found(String userId) {
        return new Finding(userId, Missing.Reason.NOT_FOUND, "");
    }

    public static Finding missing(Missing.Reason reason, String detail) {
        return new Finding(null, reason, detail);
    }
}
