package io.warroom.simulator.wecom;

import static io.warroom.simulator.wecom.WecomApi.error;
import static io.warroom.simulator.wecom.WecomApi.ok;

import io.warroom.simulator.witness.Answer;
import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.Org;
import io.warroom.simulator.witness.Webhook;
import io.warroom.simulator.witness.World;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Files that messages name for three days: the app's own ({@code media/upload}, path/90253), and those of one group robot (path/91770). */
final class Media {
    /** The messages that are a file. */
    static final Set<String> TYPES = Set.of("image", "voice", "file", "video");

    private static final Duration LIFE = Duration.ofDays(3);
    private static final int LEAST_BYTES = 5;
    private static final int MB = 1024 * 1024;
    /** Of an app's files, and of a robot's where the page names them (10 MB of images and videos: path/90253). */
    private static final Map<String, Integer> MOST_BYTES =
            Map.of("image", 10 * MB, "voice", 2 * MB, "video", 10 * MB, "file", 20 * MB);

    private final World world;

    Media(World world) {
        this.world = world;
    }

    Answer upload(Org org, Call call) {
        return upload(org, "", call);
    }

    Answer upload(Webhook robot, Call call) {
        return Set.of("file", "voice").contains(call.query("type"))
                ? upload(robot.room.org, robot.key, call)
                : error(40004, "invalid media type");
    }

    private Answer upload(Org org, String robot, Call call) {
        String type = call.query("type");
        Integer most = MOST_BYTES.get(type);
        if (most == null) {
            return error(40004, "invalid media type");
        }
        JsonNode file = call.body().path("media");
        int bytes = file.path("bytes").asInt(0);
        if (file.path("filename").asString("").isEmpty()) {
            return error(41005, "media data missing");
        }
        if (bytes < LEAST_BYTES || bytes > most) {
            return error(40006, "invalid media size: 5 bytes to " + most);
        }
        String id = World.id();
        String name = file.path("filename").asString("");
        world.keep(org, id, new Org.Medium(type, name, robot, world.now().plus(LIFE)));
        return ok(Map.of(
                "type",
                type,
                "media_id",
                id,
                "created_at",
                String.valueOf(world.now().getEpochSecond())));
    }

    /** Gives what people see of the file that the app's message names, or null when there is none of that kind. */
    @Nullable
    String shown(Org org, String type, JsonNode part) {
        return shown(org, "", type, part);
    }

    /** The same of a group robot's message: it has only files of its own. */
    @Nullable
    String shown(Webhook robot, String type, JsonNode part) {
        return shown(robot.room.org, robot.key, type, part);
    }

    private @Nullable String shown(Org org, String robot, String type, JsonNode part) {
        Org.Medium medium = org.media.get(part.path("media_id").asString(""));
        return medium != null
                        && medium.type().equals(type)
                        && medium.robot().equals(robot)
                        && medium.until().isAfter(world.now())
                ? medium.name()
                : null;
    }
}
