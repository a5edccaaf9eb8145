package io.warroom.platform.dingtalk;

import io.warroom.platform.http.Access;
import io.warroom.platform.http.Reply;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/** What we call of DingTalk's interface v1.0. */
@HttpExchange("/v1.0")
interface DingTalkApi {

    @PostExchange("/oauth2/accessToken")
    Reply signIn(Access access, @RequestBody DingTalkBody.SignIn key);

    @PostExchange("/im/sceneGroup/create")
    Reply createGroup(Access access, @RequestBody DingTalkBody.NewGroup group);

    @PostExchange("/im/sceneGroups/members/batchQuery")
    Reply people(Access access, @RequestBody DingTalkBody.PeopleOf room);

    @PostExchange("/im/sceneGroup/member/add")
    Reply addPeople(Access access, @RequestBody DingTalkBody.MorePeople people);

    @PostExchange("/im/sceneGroup/update")
    Reply rename(Access access, @RequestBody DingTalkBody.NewTitle title);

    @PostExchange("/im/chat/scenegroup/disband")
    Reply disband(Access access, @RequestBody DingTalkBody.Group group);

    @PostExchange("/im/sceneGroups/query")
    Reply group(Access access, @RequestBody DingTalkBody.Group group);

    @GetExchange("/im/sceneGroups/templates/robots")
    Reply robot(
            Access access,
            @RequestParam("robotCode") String robotId,
            @RequestParam("openConversationId") String groupId);

    @GetExchange("/microApp/allInnerApps")
    Reply apps(Access access);
}
