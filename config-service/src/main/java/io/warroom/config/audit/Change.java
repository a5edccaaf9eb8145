package io.warroom.config.audit;

import io.warroom.config.http.TenantId;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * What was done. Secrets are in neither state: that they were set is said by their names alone.
 *
 * @param action what was done, such as {@code app.enabled}
 * @param target to what, such as {@code mobile-apps/LARK}
 * @param before the state before, masked; empty when there was none
 * @param after the state after, masked; empty when there is none
 * @param secretsSet names of the secrets that were given
 */
public record Change(
        TenantId tenant,
        String action,
        String target,
        Map<String, Object> before,
        Map<String, Object> after,
        Set<String> secretsSet) {

    /** The names of what is different afterwards, the secrets that were set included. */
    Set<String> changed() {
        var names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        names.removeIf(name -> Objects.equals(before.get(name), after.get(name)));
        names.addAll(secretsSet);
        return names;
    }
}
