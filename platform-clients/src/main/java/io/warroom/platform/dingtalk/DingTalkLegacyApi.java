package io.warroom.platform.dingtalk;

import io.warroom.platform.http.Access;
import io.warroom.platform.http.Reply;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.PostExchange;

/** What we call of DingTalk's older interface, which v1.0 does not replace. */
interface DingTalkLegacyApi {

    @GetExchange("/auth/scopes")
    Reply contactRange(Access access);

    @PostExchange("/topapi/v2/user/getbymobile")
    Reply userByMobile(Access access, @RequestBody DingTalkBody.Mobile mobile);

    @PostExchange("/topapi/v2/user/get")
    Reply user(Access access, @RequestBody DingTalkBody.User user);

    @PostExchange("/topapi/im/chat/scencegroup/message/send_v2")
    Reply send(Access access, @RequestBody DingTalkBody.Message message);
}
