package io.warroom.platform.lark;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.warroom.platform.Secret;
import java.util.List;

/** What Lark's interface takes as JSON. */
final class LarkBody {

    private LarkBody() {}

    record SignIn(
            @JsonProperty("app_id") String appId,
            @JsonProperty("app_secret") Secret appSecret) {}

    record Contacts(List<String> mobiles, List<String> emails) {}

    record NewChat(String name, String description) {}

    record NewName(String name) {}

    record People(@JsonProperty("id_list") List<String> userIds) {}

    /** @param content JSON as text */
    record Message(
            @JsonProperty("receive_id") String chatId,
            @JsonProperty("msg_type") String type,
            String content,
            String uuid) {}
}
