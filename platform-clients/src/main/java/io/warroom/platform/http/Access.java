package io.warroom.platform.http;

import io.warroom.platform.Secret;
import org.jspecify.annotations.Nullable;

/**
 * What every call of a platform's HTTP interface takes first.
 *
 * @param base where the app's platform is, without a slash at its end
 * @param token the app's token, or null for the call that fetches it
 * @param tenantId whose calls count together, or null for the call that fetches the token, which is none of the paid ones
 */
public record Access(
        String base, @Nullable Secret token, @Nullable String tenantId) {

    /** Of the call that fetches the token. */
    public static Access withoutToken(String base) {
        return new Access(base, null, null);
    }
}
