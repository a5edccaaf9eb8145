package io.warroom.config.member;

import io.warroom.event.Platform;
import java.time.Instant;

/**
 * A person's binding on one platform.
 *
 * @param bound false when it was taken back
 * @param revision grows by one with every change
 */
public record Binding(
        MemberRef person, Platform platform, boolean bound, String platformUserId, long revision, Instant changedAt) {

    /** The key of the topic's records. */
    String key() {
        return person.tenant().value() + "/" + platform + "/" + person.personId();
    }
}
