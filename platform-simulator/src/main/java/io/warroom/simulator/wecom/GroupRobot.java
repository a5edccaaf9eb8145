package io.warroom.simulator.wecom;

import static io.warroom.simulator.wecom.WecomApi.error;
import static io.warroom.simulator.wecom.WecomApi.ok;

import io.warroom.simulator.witness.Answer;
import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.Platform;
import io.warroom.simulator.witness.Unsettled;
import io.warroom.simulator.witness.Webhook;
import io.warroom.simulator.witness.World;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A group's webhook, whose key is all it asks for (path/99110, 2025-08-07; path/91770). */
final class GroupRobot {
    private static final Map<String, Integer> MOST_BYTES = Map.of(
            "text",
            2048,
            "markdown",
            4096,
            "markdown_v2",
            4096,
            "news",
            Integer.MAX_VALUE,
            "template_card",
            Integer.MAX_VALUE);
    private static final Set<String> CARDS = Set.of("text_notice", "news_notice");
    private static final Set<String> FILES = Set.of("file", "voice");
    private static final int MOST_IMAGE_BYTES = 2 * 1024 * 1024;

    private final World world;
    private final Limits limits;
    private final Media media;

    GroupRobot(World world, Limits limits, Media media) {
        this.world = world;
        this.limits = limits;
        this.media = media;
    }

    Answer upload(Call call) {
        Webhook webhook = world.webhook(Platform.WECOM, call.query("key")).orElse(null);
        return webhook == null ? error(93000, "invalid webhook url") : media.upload(webhook, call);
    }

    Answer send(Call call) {
        Webhook webhook = world.webhook(Platform.WECOM, call.query("key")).orElse(null);
        if (webhook == null) {
            return error(93000, "invalid webhook url");
        }
        if (call.malformed()) {
            return error(47001, "data format error. Warning: wrong json format.");
        }
        String type = call.text("msgtype");
        JsonNode part = call.body().path(type);
        if (FILES.contains(type) || type.equals("image")) {
            String shown = type.equals("image") ? image(part) : media.shown(webhook, type, part);
            return shown == null
                    ? error(40007, "invalid media_id, or an image that is not what its md5 says")
                    : post(webhook, type, shown, call);
        }
        Integer most = MOST_BYTES.get(type);
        if (most == null) {
            return error(40008, "invalid message type");
        }
        if (type.equals("template_card")
                && !CARDS.contains(part.path("card_type").asString(""))) {
            return error(40058, "template_card.card_type must be one of " + CARDS);
        }
        Answer refusal = MessageParts.refusal(type, part);
        if (refusal != null) {
            return refusal;
        }
        String text = Text.of(part);
        if (text.isBlank()) {
            return error(44004, "empty content");
        }
        if (text.getBytes(StandardCharsets.UTF_8).length > most) {
            return error(webhook.room.org.number(Unsettled.TEXT_TOO_LONG), type + ".content exceed max length " + most);
        }
        return post(webhook, type, text, call);
    }

    private Answer post(Webhook webhook, String type, String text, Call call) {
        if (webhook.room.org.switches.limits() && !limits.takeRobotMessage(webhook)) {
            return WecomApi.tooOften();
        }
        world.post(webhook.room, type, text, call.body().toString());
        return ok(Map.of());
    }

    /** Its bytes in Base64 and their MD5; gives what people see, or null when it cannot be one. */
    private static @Nullable String image(JsonNode part) {
        try {
            byte[] bytes = Base64.getDecoder().decode(part.path("base64").asString(""));
            byte[] sum = MessageDigest.getInstance("MD5").digest(bytes);
            boolean sound = bytes.length > 0
                    && bytes.length <= MOST_IMAGE_BYTES
                    && HexFormat.of()
                            .formatHex(sum)
                            .equalsIgnoreCase(part.path("md5").asString(""));
            return sound ? "an image of " + bytes.length + " bytes" : null;
        } catch (IllegalArgumentException notBase64) {
            return null;
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java has MD5", missing);
        }
    }
}
