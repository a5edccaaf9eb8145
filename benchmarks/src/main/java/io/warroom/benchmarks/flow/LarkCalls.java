package io.warroom.benchmarks.flow;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a warm opening says to Lark, as little of it as works: create, people, message, each encoded and its answer read. What is
 * around a call (limits of size and time, codes, tokens that end, repeats) is left out.
 */
final class LarkCalls {

    /** Sends one POST, and gives the answer's body. */
    interface Post {
        byte[] send(String path, byte[] body) throws Exception;
    }

    /** People in each room. */
    static final List<String> PEOPLE = List.of("u1", "u2", "u3");

    static final String TITLE = "Checkout is down";

    private final JsonMapper json = JsonMapper.builder().build();
    private final Post post;

    LarkCalls(Post post) {
        this.post = post;
    }

    /** @return the room's id */
    String open(String tenantId, String incidentId) throws Exception {
        var room = call(
                        "im/v1/chats?user_id_type=open_id&set_bot_manager=true&uuid="
                                + Integer.toHexString(tenantId.hashCode()) + "x" + incidentId,
                        Map.of(
                                "name",
                                incidentId + " " + TITLE,
                                "description",
                                "Warroom " + tenantId + "/" + incidentId))
                .path("data")
                .path("chat_id")
                .asString("");
        call("im/v1/chats/" + room + "/members?member_id_type=open_id&succeed_type=1", Map.of("id_list", PEOPLE));
        var text = "**" + TITLE + "** " + incidentId + " P1\nresponders: u1, u2, u3\ndeclared 2023-11-14T22:13:20Z";
        var card = Map.of(
                "header", Map.of("template", "red", "title", Map.of("tag", "plain_text", "content", TITLE)),
                "elements", List.of(Map.of("tag", "div", "text", Map.of("tag", "lark_md", "content", text))));
        call(
                "im/v1/messages?receive_id_type=chat_id",
                Map.of(
                        "receive_id",
                        room,
                        "msg_type",
                        "interactive",
                        "content",
                        json.writeValueAsString(card),
                        "uuid",
                        incidentId));
        return room;
    }

    private JsonNode call(String path, Map<String, Object> body) throws Exception {
        var answer = json.readTree(post.send("/open-apis/" + path, json.writeValueAsBytes(body)));
        if (answer.path("code").asInt(-1) != 0) {
            throw new IllegalStateException("refused: " + answer);
        }
        return answer;
    }
}
