package dictionary

import (
	"strings"
	"testing"

	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
)

// shippedLists are the dictionaries that ship, word for word: main values in their order, each with what imports map to it.
// ! marks lists whose words carry meaning in rules, ~ those that take other text too.
var shippedLists = map[string]string{
	"source":          "线上推广 · 线上广告 ← 网络广告 · 展会推广 ← 展会活动, 展会推荐, 展会 · 客户转介绍 ← 老客户转介绍, 转介绍, 熟人介绍 · 同行转介绍 ← 行业推荐 · 自然到访 ← 上门 · 主动咨询 ← 来电 · 电话开发 ← 陌拜 · 社交媒体 ← 抖音, 小红书, 公众号 · 招投标 · 公开渠道 · 其他",
	"method":          "电话 ← 电话拜访, 电联 · 微信 · 上门拜访 ← 拜访 · 面谈 ← 来访 · 会议 · 线上会议 ← 腾讯会议 · 邮件 · 短信 · 社交媒体 · 其他",
	"follow_up_kind":  "售前咨询 · 销售跟进 · 客户投诉 · 售后服务 · 回访 · 关怀 · 催款 · 续约",
	"follow_state":    "未跟进 · 跟进中 · 待报价 · 待客户回复 · 暂缓 · 无效 ← 空号, 停业, 非目标",
	"outcome":         "未接通 · 已加微信 · 要资料 · 要报价 · 有意向 · 暂不需要 · 改天联系",
	"loss_reason":     "价格 ← 价格敏感, 太贵 · 服务 ← 服务不达标 · 竞品 · 产品不匹配 · 交期 · 需求取消 · 预算取消 · 决策人变动 · 客户停业 · 失联 · 其他",
	"win_reason":      "性价比 · 方案匹配 · 服务响应 · 老客户信任 · 转介绍 · 交期快 · 品牌",
	"feedback_type":   "! 产品投诉 · 服务建议 · 表扬",
	"feedback_topic":  "交付及时性 · 产品质量 · 安装调试 · 价格 · 服务态度 · 响应速度 · 功能建议 · 账单发票 · 售后维修 · 其他",
	"ticket_type":     "安装 · 维修 · 咨询 · 退换 · 培训",
	"need_type":       "! 产品咨询 · 技术支持 · 合作定制",
	"urgency":         "! 高 · 中 · 低",
	"priority":        "! 高 · 中 · 低",
	"done_state":      "! 待处理 · 处理中 · 已完成 · 已关闭",
	"title":           "~ 董事长 · 总经理 ← 老板, 负责人 · 副总 · 总监 · 运营总监 · 采购经理 · 采购主管 · 采购专员 · 技术经理 · 工程师 · 生产厂长 · 店长 · 财务经理 · 出纳 · 行政 · 主任 · 校长",
	"salutation":      "先生 · 女士 · 总 · 经理 · 老师",
	"contact_role":    "主决策人 ← 决策者 · 技术对接人 · 技术评估 · 使用人 ← 使用者 · 采购人 · 采购主管 · 财务 · 其他",
	"attitude":        "支持 · 中立 · 反对 · 未知",
	"influence":       "高 · 中 · 低",
	"grade":           "! A 高价值 ← A, 高价值, 高 · B 中 ← B, 中 · C 低 ← C, 低",
	"credit":          "A 良好 ← A · B 正常 ← B · C 关注 ← C · D 款到发货 ← D",
	"care":            "生日 · 春节 · 元宵 · 端午 · 中秋 · 国庆 · 元旦 · 公司周年 · 签约周年 · 开业乔迁 · 行业资讯 · 新品通知",
	"visit_result":    "满意 · 一般 · 不满意 · 有新需求 · 未接通",
	"file_type":       "营业执照 · 合同 · 补充协议 · 报价单 · 订单 · 名片 · 登记表 · 开票资料 · 验收单 · 对账单 · 授权书 · 现场照片 · 聊天截图 · 方案 · 其他",
	"pay_method":      "对公转账 · 承兑汇票 · 微信 · 支付宝 · 现金 · 支票",
	"invoice_kind":    "专票 · 普票",
	"reveal_reason":   "联系客户 · 核对资料 · 售后服务 · 合同开票 · 主管抽查 · 其他",
	"transfer_reason": "离职 · 调岗 · 区域调整 · 客户要求 · 分工",
	"unit":            "台 · 套 · 条 · 箱 · 件 · 店 · 年 · 次",
	"data_source":     "名片 · 合同 · 登记表 · 客户提供 · 展会 · 线上 · 行业推荐 · 公开渠道",
	"size":            "! 大型 ← 大型企业 · 中型 · 小型 · 微型 · 无法判定 · 不适用",
	"customer_kind":   "! 企业 · 个人 · 机构",
	"status":          "! 潜在客户 · 意向客户 · 成交客户 · 流失客户",
	"tag":             "降本增效 · 拓展新渠道 · 急需交付 · 重视性价比 · 关注售后响应速度 · 数字化 · 高频 · 中频 · 低频 · 高客单价 · 中客单价 · 低客单价 · 老板直联 · 长决策周期 · 对交货期敏感 · 黑名单预警",
	"trade": "制造业-计算机电子 ← 计算机电子 · 制造业-专用设备 · 制造业-食品 · 制造业-农副食品 · 制造业-纺织 · 餐饮-连锁快餐 ← 连锁快餐 · 餐饮-正餐 · 餐饮-饮品 · 零售-商超 ← 商超 · 零售-便利店 · 零售-专卖 · 零售-电商 ← 电商 · 批发 · 物流-道路运输 · 物流-仓储 ← 仓储 · " +
		"IT/互联网-互联网 ← 互联网 · IT/互联网-软件 ← 软件 · 建筑 · 房地产 · 金融 · 教育 · 医疗 · 商务服务 · 政府事业 · 农业",
}

// S18, S20, S100, X10: the lists ship whole, and what people call their values otherwise maps to them.
func TestTheListsThatShip(t *testing.T) {
	dbtest.Each(t, hand.Now, func(t *testing.T, d *db.DB) {
		w := seeded(t, d).words(t)
		heads := map[string]shipped{}
		for _, h := range defaults {
			heads[h.Code] = h
		}
		for dict, line := range shippedLists {
			h, ok := heads[dict]
			if !ok {
				t.Errorf("%s does not ship", dict)
				continue
			}
			line, fixed := strings.CutPrefix(line, "! ")
			line, free := strings.CutPrefix(line, "~ ")
			if h.Fixed != fixed || h.Free != free {
				t.Errorf("%s: fixed %v, free %v", dict, h.Fixed, h.Free)
			}
			last := int64(0)
			for _, item := range strings.Split(line, " · ") {
				main, others, _ := strings.Cut(item, " ← ")
				code, ok := w.ByLabel(dict, main)
				v := w.values[[2]string{dict, code}]
				if !ok || v.Label != main {
					t.Errorf("%s: %s is read as %q", dict, main, code)
					continue
				}
				if v.Position <= last {
					t.Errorf("%s: %s stands before what it should follow", dict, main)
				}
				last = v.Position
				for _, other := range strings.Split(others, ", ") {
					if got, _ := w.ByLabel(dict, other); other != "" && got != code {
						t.Errorf("%s: %s is read as %q, not %s", dict, other, got, main)
					}
				}
			}
		}
		for code, want := range map[string]string{"manufacturing_electronics": "C39", "manufacturing_special_equipment": "C35", "manufacturing_food": "C14", "manufacturing_farm_food": "C13", "manufacturing_textile": "C17",
			"catering_restaurant": "H62", "retail_online": "F52", "wholesale": "F51", "logistics_road": "G54", "logistics_storage": "G59", "it_internet": "I64", "it_software": "I65", "construction": "E", "real_estate": "K70",
			"finance": "J", "education": "P83", "medical": "Q84", "business_services": "L72", "government": "S92", "agriculture": "A01", "manufacturing": ""} {
			if got := w.MapsTo("trade", code); got != want {
				t.Errorf("the trade %s stands for %q, not %s", code, got, want)
			}
		}
		for _, tag := range []struct{ code, group string }{{"cost_efficiency", "need"}, {"high_frequency", "frequency"}, {"high_value", "value"}, {"owner_contact", "relation"}} {
			if got := w.values[[2]string{"tag", tag.code}].Parent; got != tag.group {
				t.Errorf("the tag %s stands in %q", tag.code, got)
			}
		}
	})
}
