package io.warroom.platform.dingtalk;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.warroom.platform.Secret;
import java.util.List;

/** What DingTalk's two interfaces take as JSON. */
final class DingTalkBody {

    private DingTalkBody() {}

    record SignIn(String appKey, Secret appSecret) {}

    record NewGroup(
            String title,
            @JsonProperty("template_id") String templateId,
            @JsonProperty("owner_user_id") String ownerId,
            @JsonProperty("user_ids") List<String> userIds,
            String uuid) {}

    record MorePeople(
            @JsonProperty("open_conversation_id") String groupId,
            @JsonProperty("user_ids") List<String> userIds) {}

    record NewTitle(@JsonProperty("open_conversation_id") String groupId, String title) {}

    record PeopleOf(String openConversationId, int maxResults) {}

    record Group(String openConversationId) {}

    record Mobile(String mobile) {}

    record User(@JsonProperty("userid") String userId) {}

    /** @param content JSON as text */
    record Message(
            @JsonProperty("target_open_conversation_id") String groupId,
            @JsonProperty("robot_code") String robotId,
            @JsonProperty("msg_template_id") String template,
            @JsonProperty("msg_param_map") String content) {}
}
