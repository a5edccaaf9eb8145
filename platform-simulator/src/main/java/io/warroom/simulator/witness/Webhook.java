package io.warroom.simulator.witness;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A group's own robot, which people add in their client: whoever has the key may post; mutable, guarded by the world's lock. */
public final class Webhook {
    /** Where it posts. */
    public final Room room;

    /** What the address ends with. */
    public final String key;

    /** What calls are signed with, or empty. */
    public final String secret;

    /** Of which a message must hold one, when there are any. */
    public final Set<String> keywords;

    /** Until when it takes nothing, on platforms that block one. */
    public Instant blockedUntil = Instant.MIN;

    Webhook(Room room, String key, String secret, Set<String> keywords) {
        this.room = room;
        this.key = key;
        this.secret = secret;
        this.keywords = Set.copyOf(keywords);
    }

    /** Says whether the keywords let the text pass. */
    public boolean lets(String text) {
        return keywords.isEmpty() || keywords.stream().anyMatch(text::contains);
    }

    /** Gives the text's HMAC-SHA256 under the key, in Base64. */
    public static String sign(String key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every Java has HmacSHA256", missing);
        }
    }
}
