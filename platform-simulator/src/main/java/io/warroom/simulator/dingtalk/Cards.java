package io.warroom.simulator.dingtalk;

import static io.warroom.simulator.dingtalk.DingtalkApi.v1Error;
import static io.warroom.simulator.dingtalk.DingtalkApi.v1Ok;

import io.warroom.simulator.witness.Answer;
import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.Message;
import io.warroom.simulator.witness.Org;
import io.warroom.simulator.witness.Room;
import io.warroom.simulator.witness.World;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Interactive cards in groups, once an outTrackId (create-and-deliver-cards, interactive-card-update-interface). */
final class Cards {
    private static final String SPACE = "dtv1.card//IM_GROUP.";

    private final World world;

    Cards(World world) {
        this.world = world;
    }

    /** Whether a card reached its space is said inside HTTP 200. */
    Answer deliver(Org org, Call call) {
        String track = call.text("outTrackId");
        if (track.isEmpty() || call.text("cardTemplateId").isEmpty()) {
            return v1Error(400, "param.error", "outTrackId and cardTemplateId are required");
        }
        if (org.sent.containsKey(key(track))) {
            return v1Error(400, "param.cardAlreadyExist", "the card exists");
        }
        String space = call.text("openSpaceId");
        Room room = space.startsWith(SPACE) ? world.room(org, space.substring(SPACE.length())) : null;
        boolean robot = call.body()
                .path("imGroupOpenDeliverModel")
                .path("robotCode")
                .asString("")
                .equals(org.app("robotId"));
        String why = room == null || room.dissolved
                ? "spaceId is illegal"
                : robot && !SceneGroups.settling(world, room) ? "" : "the robot is not in the group";
        if (room != null && why.isEmpty()) {
            Message message = world.post(room, "card", text(call), call.body().toString());
            org.sent.put(key(track), new Org.Sent(room, message, world.now()));
        }
        return v1Ok(Map.of(
                "success",
                true,
                "result",
                Map.of(
                        "outTrackId",
                        track,
                        "deliverResults",
                        List.of(Map.of(
                                "spaceType",
                                "IM_GROUP",
                                "spaceId",
                                space,
                                "success",
                                why.isEmpty(),
                                "errorMsg",
                                why)))));
    }

    Answer update(Org org, Call call) {
        Org.Sent known = org.sent.get(key(call.text("outTrackId")));
        if (known == null) {
            return v1Error(400, "param.cardNotExist", "no such card");
        }
        Message changed = known.message().saying(text(call), call.body().toString());
        known.room().replace(known.message(), changed);
        org.sent.put(key(call.text("outTrackId")), new Org.Sent(known.room(), changed, known.at()));
        return v1Ok(Map.of("success", true, "result", true));
    }

    private static String text(Call call) {
        return call.body()
                .path("cardData")
                .path("cardParamMap")
                .valueStream()
                .map(value -> value.asString(""))
                .collect(Collectors.joining("\n"));
    }

    private static String key(String track) {
        return "card\n" + track;
    }
}
