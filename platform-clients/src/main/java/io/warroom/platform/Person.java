package io.warroom.platform;

import org.jspecify.annotations.Nullable;

/**
 * Somebody who should be in the room.
 *
 * @param personId the id in the incident system
 * @param platformUserId id on the platform, when the incident system knows it: nothing is looked up then
 * @param mobile E.164 form, or null
 * @param email or null
 */
public record Person(
        String personId,
        String name,
        Role role,
        @Nullable String platformUserId,
        @Nullable String mobile,
        @Nullable String email) {

    /** What the person does in the incident. */
    public enum Role {
        COMMANDER,
        COMMUNICATIONS,
        RESPONDER
    }
}
