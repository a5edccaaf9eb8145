package io.warroom.simulator.wecom;

import static io.warroom.simulator.wecom.WecomApi.error;
import static io.warroom.simulator.wecom.WecomApi.ok;

import io.warroom.simulator.witness.Answer;
import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.DirectMessage;
import io.warroom.simulator.witness.Org;
import io.warroom.simulator.witness.Person;
import io.warroom.simulator.witness.Unsettled;
import io.warroom.simulator.witness.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Messages of the app to people ({@code message/send}, path/90236, 2025-09-24). */
final class DirectMessages {
    private static final Set<String> TYPES =
            Set.of("text", "markdown", "textcard", "news", "mpnews", "miniprogram_notice", "template_card");
    /** The only department there is. */
    private static final String ROOT = "1";

    /** From the usual length to this one a text is cut without a word; beyond, it is refused (seen, not on the page). */
    private static final int HARD_CAP = 5120;

    private static final Duration RECALLABLE = Duration.ofHours(24);
    private static final Duration USUAL_WINDOW = Duration.ofMinutes(30);
    private static final Duration LONGEST_WINDOW = Duration.ofHours(4);

    private final World world;
    private final Limits limits;
    private final Media media;

    DirectMessages(World world, Limits limits, Media media) {
        this.world = world;
        this.limits = limits;
        this.media = media;
    }

    Answer send(Org org, Call call) {
        List<String> users = names(call, "touser");
        List<String> parties = names(call, "toparty");
        List<String> tags = names(call, "totag");
        if (users.isEmpty() && parties.isEmpty() && tags.isEmpty()) {
            return error(82001, "touser, toparty and totag are all empty");
        }
        if (users.size() > 1000 || parties.size() > 100 || tags.size() > 100) {
            return error(40032, "too many receivers");
        }
        if (!call.body().path("agentid").asString("").equals(org.app("serviceId"))) {
            return error(301002, "no permission for this agentid");
        }
        String type = call.text("msgtype");
        if (!TYPES.contains(type) && !Media.TYPES.contains(type)) {
            return error(40008, "invalid message type");
        }
        JsonNode part = call.body().path(type);
        Answer refusal = MessageParts.refusal(type, part);
        if (refusal != null) {
            return refusal;
        }
        String text = Media.TYPES.contains(type) ? media.shown(org, type, part) : Text.of(part);
        if (text == null) {
            return error(40007, "invalid media_id");
        }
        if (text.isBlank()) {
            return error(44004, "empty content");
        }
        if (!type.equals("mpnews") && text.getBytes(StandardCharsets.UTF_8).length > HARD_CAP) {
            return error(org.number(Unsettled.TEXT_TOO_LONG), type + ".content exceed max length " + HARD_CAP);
        }
        Set<String> people = new LinkedHashSet<>();
        List<String> badUsers = new ArrayList<>();
        for (String user : users) {
            org.visible(user).map(Person::userId).ifPresentOrElse(people::add, () -> badUsers.add(lower(user)));
        }
        if (users.contains("@all") || parties.contains(ROOT)) {
            badUsers.remove("@all");
            org.people().stream().filter(Person::visible).map(Person::userId).forEach(people::add);
        }
        if (people.isEmpty()) {
            return error(81013, "user, party and tag are all invalid");
        }
        String key = call.body().toString();
        DirectMessage before = call.body().path("enable_duplicate_check").asInt(0) == 1 ? org.direct(key) : null;
        boolean repeated = before != null
                && Instant.parse(before.message().at()).plus(window(call)).isAfter(world.now());
        if (!repeated && org.switches.limits() && !limits.takePushes(org, people.size())) {
            return WecomApi.tooOften();
        }
        String messageId =
                before != null && repeated ? before.message().messageId() : deliver(org, people, type, text, key);
        return ok(Map.of(
                "invaliduser",
                String.join("|", badUsers),
                "invalidparty",
                String.join(
                        "|",
                        parties.stream().filter(party -> !party.equals(ROOT)).toList()),
                "invalidtag",
                String.join("|", tags),
                "unlicenseduser",
                "",
                "msgid",
                messageId));
    }

    /** Within a day, and by the app that sent it: all others are unknown. */
    Answer recall(Org org, Call call) {
        DirectMessage known = world.directs(org).stream()
                .filter(direct -> direct.message().messageId().equals(call.text("msgid")))
                .filter(direct ->
                        Instant.parse(direct.message().at()).plus(RECALLABLE).isAfter(world.now()))
                .findFirst()
                .orElse(null);
        if (known == null) {
            return error(40058, "invalid msgid");
        }
        world.recall(org, known);
        return ok(Map.of());
    }

    /** What is beyond a member's share is dropped, and still answered with success. */
    private String deliver(Org org, Set<String> people, String type, String text, String key) {
        List<String> reached = people.stream()
                .filter(id -> !org.switches.limits() || limits.reaches(org, id))
                .toList();
        String readable = type.equals("text") ? Text.cut(text, Text.MOST_BYTES) : text;
        if (readable.length() < text.length()) {
            reached.forEach(id -> world.drop(org, "message/send", "the text was cut at 2048 bytes", id));
        }
        return reached.isEmpty()
                ? World.id()
                : world.direct(org, reached, type, readable, key).message().messageId();
    }

    private static Duration window(Call call) {
        JsonNode seconds = call.body().path("duplicate_check_interval");
        Duration asked = seconds.isMissingNode() ? USUAL_WINDOW : Duration.ofSeconds(seconds.asLong(0));
        return asked.compareTo(LONGEST_WINDOW) > 0 ? LONGEST_WINDOW : asked;
    }

    private static List<String> names(Call call, String field) {
        return Stream.of(call.text(field).split("\\|", -1))
                .filter(name -> !name.isBlank())
                .distinct()
                .toList();
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
