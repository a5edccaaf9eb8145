package io.warroom.platform.wecom;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** What WeCom's interface takes as JSON. */
final class WeComBody {

    private WeComBody() {}

    record Mobile(String mobile) {}

    /** @param type 1 for the enterprise's e-mail, 2 for a person's own */
    record Email(String email, @JsonProperty("email_type") int type) {}

    record Page(String cursor, int limit) {}

    record NewChat(
            @JsonProperty("chatid") String chatId,
            String name,
            String owner,
            @JsonProperty("userlist") List<String> userIds) {}

    record MorePeople(
            @JsonProperty("chatid") String chatId,
            @JsonProperty("add_user_list") List<String> userIds) {}

    record NewName(@JsonProperty("chatid") String chatId, String name) {}

    record Message(
            @JsonProperty("chatid") String chatId,
            @JsonProperty("msgtype") String type,
            Markdown markdown) {

        static Message markdown(String chatId, String content) {
            return new Message(chatId, "markdown", new Markdown(content));
        }
    }

    record Markdown(String content) {}
}
