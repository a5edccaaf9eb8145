package io.warroom.platform.wecom;

import io.warroom.platform.Secret;
import io.warroom.platform.http.Access;
import io.warroom.platform.http.Reply;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/** What we call of WeCom's interface. */
@HttpExchange("/cgi-bin")
interface WeComApi {

    @GetExchange("/gettoken")
    Reply signIn(Access access, @RequestParam("corpid") String enterpriseId, @RequestParam("corpsecret") Secret key);

    @GetExchange("/agent/get")
    Reply agent(Access access, @RequestParam("agentid") String serviceId);

    @GetExchange("/user/get")
    Reply user(Access access, @RequestParam("userid") String userId);

    @PostExchange("/user/getuserid")
    Reply userByMobile(Access access, @RequestBody WeComBody.Mobile mobile);

    @PostExchange("/user/get_userid_by_email")
    Reply userByEmail(Access access, @RequestBody WeComBody.Email email);

    @PostExchange("/user/list_id")
    Reply listUsers(Access access, @RequestBody WeComBody.Page page);

    @PostExchange("/appchat/create")
    Reply createChat(Access access, @RequestBody WeComBody.NewChat chat);

    @GetExchange("/appchat/get")
    Reply chat(Access access, @RequestParam("chatid") String chatId);

    @PostExchange("/appchat/update")
    Reply addPeople(Access access, @RequestBody WeComBody.MorePeople people);

    @PostExchange("/appchat/update")
    Reply rename(Access access, @RequestBody WeComBody.NewName name);

    @PostExchange("/appchat/send")
    Reply send(Access access, @RequestBody WeComBody.Message message);
}
