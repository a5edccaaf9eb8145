package io.warroom.config.member;

import io.warroom.event.MemberBound;
import io.warroom.event.Platform;
import java.time.Instant;

/**
 * A person's binding, as its event carries it and the database has it.
 *
 * @param bound false when it was taken back, which a topic only tells by a tombstone
 */
public record BindingImage(
        String tenantId,
        Platform platform,
        String personId,
        boolean bound,
        String platformUserId,
        long revision,
        Instant changedAt) {

    /** What the event says. */
    public static BindingImage of(MemberBound event) {
        return new BindingImage(
                event.getTenantId(),
                event.getPlatform(),
                event.getPersonId(),
                true,
                event.getPlatformUserId(),
                event.getRevision(),
                event.getBoundAt());
    }

    /** The key of its records. */
    public String key() {
        return tenantId + "/" + platform + "/" + personId;
    }
}
