"""The words of the workbench in both languages; "one|many" where English tells them apart."""

from __future__ import annotations

from gridplan.words.text import Text


def _words(table: str) -> dict[str, Text]:
    """Return words from lines of name, Chinese and English, two blanks between them."""
    rows = [[part.strip() for part in line.split("  ") if part.strip()] for line in table.strip().splitlines()]
    return {name: Text(zh=zh, en=en) for name, zh, en in rows}


WORDS = _words("""
stations  工作站  Stations
rail  侧栏  Rail
stage  主区  Stage
more  更多  More
language  语言  Language
no_name  没有名称  No name
synthetic  虚构数据  Invented data
saved  已保存  saved
saving  正在保存…  saving…
not_saved  没有存上  not saved
open_folder  打开文件夹  Open the folder
undo  撤销  Undo
for_technicians  给技术人员：打开 case.toml  For technicians: open case.toml
close_bench  关闭工作台  Close the workbench
closed  已关闭  closed
bench_closed  工作台已关闭。已保存的都在；这个网页可以关掉，再双击 workbench.cmd（或运行 gridplan open）就接着做  The workbench is closed. What was saved is there; this page can be closed; a double click on workbench.cmd (or gridplan open) goes on
server_gone  工作台已停。已保存的都在；再双击 workbench.cmd（或运行 gridplan open）就接着做  The workbench has stopped. What was saved is there; a double click on workbench.cmd (or gridplan open) goes on
loading  正在读…  Loading…
not_done  没有做成，请再试一次  That did not work; try again
close  关闭  Close
cancel  取消  Cancel
add  添加  Add
save  保存  Save
remove  移除  Remove
stop  停下  Stop
from  从  from
to  到  to
choice  选择  Choice
map  地图  Map
list  名单  List
needed_found  需要{needed}；发现{found}  Needs {needed}; found {found}
minutes_n  {n} 分  {n} min
minutes_word  分钟  minutes
minutes_seconds  {m} 分 {s} 秒  {m} min {s} s
seconds_n  {n} 秒  {n} s
people_n  {n} 人  {n} person|{n} people
people_wan  {n} 万人  {n}0 thousand people
unreachable  无法到达  cannot be reached
glyph_done  已好  done
glyph_doubt  请核对  to confirm
glyph_blocked  有错误  blocked
glyph_waiting  还没有  not yet
glyph_running  正在做  running
glyph_left_out  没有采用  left out
glyph_note  说明  note
place_name  城市或县的名称  Name of the city or county
drop_here  把文件拖到这里  Drop files here
choose_files  选择文件  Choose files
blank_templates  空白模板  Blank templates
sending  正在放入 {name}（{n} / {all}）  Putting {name} there ({n} of {all})
welcome  从文件开始  Begin with the files
needs_1  需要人口、医疗卫生机构、道路；有社区边界更好。  It takes residents, health facilities and roads; boundaries of communities make it better.
needs_2  Excel、CSV、GeoPackage、Shapefile、栅格、OpenStreetMap 都可以，名称随意。  Excel, CSV, GeoPackage, Shapefile, rasters and OpenStreetMap will do, whatever they are called.
needs_3  文件只在这台电脑上，不会传到别处。  The files stay on this computer; nothing is sent anywhere.
try_example  用滨海示例试一遍  Try it with the example of Binhai
files_known  {n} 个文件已认出  {n} file is known|{n} files are known
files_unused  {n} 个没有采用  {n} not used
not_used  没有采用：  Not used:
to_confirm  {n} 处请核对  {n} to confirm
rows_n  {n} 行  {n} row|{n} rows
points_n  {n} 个点  {n} point|{n} points
lines_n  {n} 条线  {n} line|{n} lines
polygons_n  {n} 个面  {n} polygon|{n} polygons
cells_n  {n} 个像元  {n} cell|{n} cells
columns_n  {n} 列  {n} column|{n} columns
doubts_left  还有 {n} 处请核对  {n} to confirm
doubts_stay  没核对的先按暂定，一直标着  What is not confirmed holds for now and stays marked
files_clear  文件都认好了  All files are known
files_clear_more  文件有变，这里会重新认  When files change they are looked at again
next_doubt  下一处 ↓  Next ↓
go_check  去检查 →  Check →
this_is  这是  This is
do_not_use  不采用  Do not use
open_excel  在 Excel 中打开  Open in Excel
open_file  打开文件  Open the file
open_settings  打开设置文件  Open the settings
merges_in  一家机构有多行：建议写在 {file}，核对后保存即生效  Institutions with several rows: the suggestions are in {file}; they hold once it is saved
name_doubt  名称暂用文件夹名“{name}”  For now it is called after its folder, "{name}"
name_doubt_more  它会写进地图和每份文件，请在左上改成城市或县的名称  It stands on the map and in every document: write the city's or county's name on the left
confirm  确认  Confirm
datum  坐标基准  Datum
gcj02  GCJ-02（高德、腾讯）  GCJ-02 (Amap, Tencent)
bd09  BD-09（百度）  BD-09 (Baidu)
columns_missing  还没有哪一列是：{names}  No column is taken for: {names}
column  列名  Column
three_values  三个例值  Three values
used_as  用作  Used as
unused_column  不用  not used
more_columns  另有 {n} 列没有采用  {n} more column is not used|{n} more columns are not used
not_checked  还没有检查  Not checked yet
not_checked_more  一次列出所有问题：文件、行、字段、怎么改。  All problems at once: file, row, field, and what to do.
check_now  检查  Check
checking  正在检查…  Checking…
check_again  重新检查  Check again
check_stale  文件或要求在上次检查后变了  Files or wishes have changed since the last check
errors_more  错误，改好才能规划  errors, to be mended before planning
warnings  提醒  warnings
repairs  已自动处理  mended for you
roads_head  道路  Roads
totals_close  用了多少、没用多少，都要对上  used and left out add up
used_of  采用：{name}  Used: {name}
total_of  合计：{name}  Total: {name}
repaired_now  刚才改好 {n} 处  {n} mended just now
problems  问题  Problems
severity  轻重  Severity
problem  问题  Problem
file  文件  File
row  行  Row
what_to_do  怎么改  What to do
none_of_these  没有这一类问题  None of this kind
no_problems  没有问题  No problems
all_problems  全部  All
chip_error  错误  Errors
chip_warning  提醒  Warnings
chip_repair  自动处理  Mended
all_files  各文件合起来  all files together
send_excel  存为 Excel 发给提供数据的人  Save as Excel for whoever supplies the data
and_more  等另 {n} 个  and {n} more
choose  请选择  Choose
means  “{value}”的意思  What "{value}" means
values_found  其中：  Among them:
more_rows  另有 {n} 行  and {n} more row|and {n} more rows
mend_to_plan  改好 {n} 处就能规划  Mend {n} to plan
can_plan  可以规划  Ready to plan
saved_is_checked  在 Excel 里一保存，这里就重查  Saved in Excel, it is checked here at once
warnings_may_stay  提醒不妨碍规划  Warnings do not stand in the way
next_error  下一个错误 ↓  Next error ↓
go_wishes  去定要求 →  Wishes →
tab_grids  网格  Grids
tab_waivers  例外与情景  Exceptions, scenarios
tab_all  全部设定  All settings
changed_only  只看改过的（左边有黑条）  Only what was changed (black bar)
wishes_changed  {n} 项与默认不同  {n} differs from its default|{n} differ from their defaults
assumptions_go_along  没有官方依据的数，成果里都标“规划假定”  Numbers without an official basis are marked as planning assumptions in every result
nothing_to_undo  没有可以撤销的  Nothing to undo
begin_plan  开始规划 →  Plan →
rest_default  其余设定  The rest
rest_more  点开可改  open to change
to_default  恢复默认  Back to the default
last_k  上次：{n} 个网格  Last time: {n} grid|Last time: {n} grids
last_deviation  上次：最大偏差 {d}  Last time: largest deviation {d}
last_within  上次：{s} 的居民在时限内，平均 {m}  Last time: {s} of residents within it, {m} on average
leads_count  必须牵头 {r}，不得牵头 {f}  Must lead: {r}, must not: {f}
leads_more  在右边的地图或名单上点选  Pick them on the map or in the list
set_here  本市设定  set here
default  默认  default
own_n  改了 {n} 项  {n} changed
assumptions_n  {n} 项规划假定  {n} planning assumption|{n} planning assumptions
keys_n  {n} 项  {n} setting|{n} settings
key_of_file  设置文件里的名称  Its name in the settings file
in_the_file  在设置文件里改  Change it in the settings file
new_waiver  新的例外  A new exception
waiver_rule  规则（如 R-20）  Rule (such as R-20)
waiver_subject  对象（网格、单元或机构编号；不写为全部）  Subject (id of a grid, unit or facility; empty: all)
waiver_reason  理由  Reason
waiver_author  谁决定的  Who decided it
waiver_date  日期  Date
waivers_head  有理由的例外  Reasoned exceptions
no_waivers  还没有。检查结果里不达标的项目，确有理由的，在这里写明。  None yet. Where a rule cannot hold for a good reason, say so here.
every_subject  全部对象  every subject
scenarios_head  情景  Scenarios
scenarios_more  道路中断、医院停用，或机构转型时会怎样：只检查，不影响划分  What if roads are closed, hospitals out of use, or facilities converted: checked only, they do not change the plan
add_out_of_use  添加停用  Add: out of use
add_conversion  添加转型  Add: conversion
add_facility  添加机构  Add a facility
conversion  机构转型  A conversion
conversion_name  情景名称，如 二院转为康复医院  Name of the scenario, such as Second hospital for rehabilitation
conversion_facility  哪家机构：名称或编号  Which facility: its name or id
conversion_kind  变成什么机构  What kind it becomes
conversion_services  提供的服务  What services it has then
as_it_is  不变  as it is
as_they_are  不变  as they are
only_these  只有下面勾选的  only those checked below
services_word  服务  Services
kind_then  变为{kind}  becomes: {kind}
services_then  服务：{names}  services: {names}
services_none  不再提供服务  no services any more
new_scenario  新的情景  A new scenario
change_scenario  改这个情景  Change the scenario
scenario_name  名称，如 台风  Name, such as Typhoon
scenario_links  停用的桥、隧道、渡口：道路里的名称，用顿号隔开  Bridges, tunnels and ferries out of use: their names in the roads, with commas
scenario_lost  停用的医院：名称或编号，用顿号隔开  Hospitals out of use: names or ids, with commas
scenario_closed  中断道路的线或面  Lines or areas that close roads
no_file  不用文件  no file
links_closed  停用 {names}  {names} out of use
hospitals_lost  {names} 停用  {names} out of use
closed_by  道路被 {file} 中断  roads closed by {file}
change  修改  Change
no_ground  先检查文件  Check the files first
no_ground_more  检查能读懂图层后，这里显示候选牵头医院。  Once the layers can be read, the hospitals that may lead are shown here.
candidates  候选牵头医院  Hospitals that may lead
click_cycles  点一下换一种：由程序选 → 必须 → 不得  A click changes it: free → must → must not
site_free  由程序选  free
site_required  必须牵头  must lead
site_forbidden  不得牵头  must not
site_not  不够条件  may not lead
shades  底色越深，人口越密  the darker, the denser
hospital  医院  Hospital
beds  床位  Beds
may_lead  为什么  Why
beds_n  {n} 张床  {n} bed|{n} beds
check_first  先到“检查”改好错误  Mend the errors under Check first
starting  启动计算程序  Starting the program
queue  排队  Queue
queue_more  一个一个算；可以关掉浏览器，算完会留着  One after another; the browser may be closed, the results stay
take_out  拿掉  Take out
interrupted  上次规划时工作台中断了  The workbench stopped while it was planning
interrupted_at  上次算到“{stage}”时中断  It stopped at: {stage}
begin_again  重新开始  Begin again
forget  不用了  Never mind
ended_done  完成  done
ended_failed  没有完成  not done
ended_cancelled  已取消，没有留下版本  cancelled; no version is left
ended_waiting  排队  waiting
plan_failed  没有做出方案  No plan was made
at_work  正在规划  Planning
may_close  可以关掉浏览器，算完会留着  The browser may be closed; the result stays
no_plan  还没有方案  No plan yet
no_plan_more  规划一次，方案就成为第一个版本。  Plan once, and the plan is the first version.
judge_in_force  先给现有分组打分  Judge the grouping in force
plan_stale  要求或文件已变，方案是旧的  Wishes or files have changed; the plan is old
plan_stale_more  重新规划，或明知如此  Plan again, or leave it knowingly
grids_word  网格  Grids
units_people  {n} 个单元，{p}  {n} unit, {p}|{n} units, {p}
mean_to_lead  平均到牵头医院  Mean time to the lead
share_within  时限内居民  Residents within the limit
worst_deviation  最大人口偏差  Largest deviation
must_should  必须 / 应当  Must / should
must_should_n  必须 {must} 应当 {should}  must {must} should {should}
must_word  必须项没达到  Must not met
should_word  应当项没达到  Should not met
how_far  离最好还有多远  How far from best
proven_best  已证明为最优  proven best
gap_more  最多还能好这么多  it could be better by at most this
found_map  手里方案的地图  Map of the plan in hand
map_of  {n} 个网格  {n} grid|{n} grids
map_of_best  目前最好：{n} 个网格  Best so far: {n} grid|Best so far: {n} grids
from_to_people  最小 {a}，最大 {b}  {a} in the smallest, {b} in the largest
still_sought  还在找，地图跟着变  Still being sought; the map follows
no_map_yet  还没有守住各项限制的方案可画。  There is no plan yet that holds all limits.
drawing_found  正在画…  Drawing…
no_ground_now  文件在规划开始后变了，画不出手里的方案。  The files have changed since the plan began: what is in hand cannot be drawn.
found_so_far  每个网格数的最好方案  The best plan of each number of grids
not_checked_yet  还没评分检查，线还会变  not scored and checked yet; lines may change
number_of_grids  网格数  Grids
k_grids  {n} 个  {n}
smallest  最小网格  Smallest
largest  最大网格  Largest
cost  综合代价  Cost
floor  底线  Floor
cost_is  综合代价 = 居民 × 分钟 + 超出偏差的折算 + 其他代价，单位万人·分钟，越小越好；底线是谁也越不过的。  Cost: residents times minutes and what is priced beside them, in 10,000 person-minutes, the less the better; no plan is below the floor.
breaks_a_limit  有限值不满足  breaks a limit
no_floor  还没有底线  no floor yet
at_most  不超过 {g}  at most {g}
city_part  城区  city
planning_now  正在规划  Planning
cancel_plan  取消  Cancel
plan_in_hand  已有能用的方案  There is a plan that can be used
plan_breaks  手里的方案还守不住某条限制  The plan in hand breaks a limit
stop_more  停下后不再改进，差多少会写明  It is not improved after that; how far it is from the best is said
stop_with  停下，用 {n} 个网格的  Stop and use {n} grid|Stop and use {n} grids
stop_with_these  停下，其余的快速划完  Stop, draw the rest quickly
ending_now  已请它停下：手上这一步算完就评分、检查、画地图  Asked to end: after the step at hand it is scored, checked and drawn
being_sought  正在找  being sought
course_of  {n} 个网格：离最好还有多远  {n} grid: how far from the best|{n} grids: how far from the best
in_hand  手里最好  best in hand
chart_is  黑线是手里最好的方案，蓝线是谁也越不过的底线；两线合拢就是已证明  Black: the best plan in hand; blue: the floor that none goes below; where they meet the plan is proven best
chart_said  {k} 个网格：手里最好 {o}，底线 {b}  {k} grids: best in hand {o}, floor {b}
not_again  提前停下，不可重现。  Stopped early, another run may differ.
log  日志  Log
show_log  看日志  Show the log
hide_log  收起日志  Hide the log
copy  复制  Copy
copied  已复制  Copied
least_change_from_here  从这里少改动  Least change from here
how_firm  这些线有多稳  How firm are the lines
how_firm_more  按现在的设置（版本里手工的改动不算）换车速、人口、需求和代价各规划许多次，看每条线留下多少次；时间较长，在“规划”里排队  By the settings as they stand, without edits made by hand: plans many times with other speeds, residents, demand and prices, and counts how often each line stays; it takes a while, in the queue of Plan
trials  试算的方案  Plans that are made
trials_n  试算 {n} / {all}  {n} of {all} plans made
perhaps_left  大约还要 {t}  about {t} left
curve_word  少改动曲线  The curve of least change
curve_elsewhere  这条曲线不是在工作台里画的：从哪里开始、按什么设置，看画它的命令（adjust 文件夹里的 run.log）  This curve was not drawn in the workbench: where it starts and by which settings is known to the command that drew it (run.log in the folder adjust)
curve_said  曲线：改换牵头医院的居民越多，平均分钟越少  Curve: mean minutes over residents who change lead
nothing_to_move  已经是最优：没有哪一步改动换得来更短的时间  It is the best plan already: no change gains time
study_done  算完 {t}  Done {t}
curve_free  牵头医院可以换  Leads may change
curve_stay  牵头医院不换  Leads stay
curve_is  每一步都是一个完整、检查过的方案；“拐点”以后再多改动，换来的分钟变少。存在 adjust 文件夹里，gridplan adjust 得到同样的。  Each step is a whole plan that has been checked; beyond the elbow more change gains less. They are in the folder adjust, as gridplan adjust makes them.
residents_moved  改换居民  Change lead
share_moved  占比  Share
withdrawn  原牵头退出  Lead withdrawn
each_minute  每少 1 分钟  For 1 min less
elbow  拐点  elbow
as_version  存成版本  Make it a version
as_version_of  把改换 {p}、平均 {m} 分钟的一步存成版本  Make the step with {p} moved and {m} min a version
keep_step  把这一步存成版本  Make this step a version
step_name  少改动，改换 {p}  Least change, {p} moved
show_curve  看少改动曲线  Show the curve of least change
hide_curve  回到方案  Back to the plan
edit_here  改这里就写回文件，别的列和编码不变；Ctrl+Z 撤销  A change here is written into the file, other columns and the encoding stay; Ctrl+Z takes it back
edit_elsewhere  这种格式不能在这里改：在做出它的程序里改好再保存  This format is not written here: change it in the program that made it
columns_tab  列  Columns
rows_tab  行的去向  What becomes of rows
leads_tab  候选牵头  Possible leads
on_the_ground  在地图上  On the ground
drawing_file  正在画这个文件…  Drawing the file…
no_sight  这个文件不画在地图上  This file is not drawn on the map
inside_n  范围内 {n}  {n} inside the area
outside_n  范围外 {n}  {n} outside
nowhere_n  没有坐标 {n}  {n} without a place
doubtful_n  有问题的 {n} 行  {n} doubtful row|{n} doubtful rows
sampled_n  均匀抽画 {n} 个  an even sample of {n} is drawn
row_n  第 {n} 行：看问题  Row {n}: see the problem
rows_low  把握不大  Doubtful
rows_keep  保留  Kept
rows_merge  并入  Merged
rows_campus  院区  Campuses
rows_leave_out  不采用  Left out
rows_all  全部  All
decide_keep  保留  Keep
decide_merge  并入  Merge
decide_campus  院区  Campus
decide_leave_out  不采用  Leave out
decisions_in  决定存进 {file}，在 Excel 里改也一样  Decisions are written into {file}; changing them in Excel does the same
institution  机构  Institution
near_to  同哪家机构相近，看来是  Resembles, looks like
decision  决定  Decision
metres_n  {n} 米  {n} m
km_n  {n} 公里  {n} km
pair_of  “{a}”与“{b}”  "{a}" and "{b}"
pair_apart  相距 {n} 米  {n} m apart
pair_without_place  有一家没有坐标，量不出相距  One of them has no place: the distance is not known
pair_alone  没有同它相近的机构  It resembles no other
pair_keys  ↑ ↓ 换行；1 保留、2 并入、3 院区、4 不采用  ↑ ↓ another row; 1 keep, 2 merge, 3 campus, 4 leave out
merge_into  并入哪家机构  Merge into which institution
merge_into_id  那家机构的编号  Its id
no_rows  没有这样的行  There are no such rows
rows_from_to  第 {a} 到 {b} 行，共 {n} 行  {a} to {b} of {n}
rows_before  前 100 行  Previous 100
rows_after  后 100 行  Next 100
leads_edit  等级、隶属关系、所有制、床位决定谁能牵头；改这里就写回机构表，别的列不变，Ctrl+Z 撤销  Level, affiliation, ownership and beds decide who may lead; a change is written into the table, other columns stay, Ctrl+Z takes it back
show_page  看公示页  See the page for residents
hide_page  收起公示页  Hide the page
stopped_tag  提前停下  stopped early
plan_again  再规划一次  Plan again
plan_done  规划完成 {t}  Planned {t}
plan_ready  可以开始  Ready to begin
go_review  去评审 →  Review →
go_plan  去规划 →  Plan →
review_page  评审地图  Review map
version  版本  Version
draft_of  草稿：{n} 项修改  Draft: {n} edit|Draft: {n} edits
no_edits  还没有修改；在左边的“编辑”里改  No edits yet; edit under Edit on the left
save_version  存成版本  Save as a version
version_name  名称  Name
version_note  说明  Note
version_author  署名  Author
revision_name  修改稿 {n}  Revision {n}
judging  正在重算全部规则…  Checking all rules…
drawing  正在画地图…  Drawing the map…
change_gained  新增  new
change_worse  加重  worse
change_lost  解决  solved
change_better  减轻  better
repair_offer  最大人口偏差回到 {d}  Largest deviation back to {d}
repair_result  平均 {m} 分，必须 {must}，应当 {should}  mean {m} min, must {must}, should {should}
no_versions  还没有版本  No versions yet
versions_head  版本  Versions
ctrl_click  点一个是乙；按住 Ctrl 点的是甲，从甲到乙比  A click: B; a Ctrl-click: A, from which B differs
first_mark  甲  A
second_mark  乙  B
origin_in_force  现有分组  grouping in force
origin_plan  规划  planned
origin_step  少改动的一步  step of least change
origin_revision  修改  revised
origin_repair  修改并补救  revised and mended
stage_draft  草稿  draft
stage_consultation  征求意见  consultation
stage_published  已发布  published
open_for_review  打开评审  Open for review
rename  改名  Rename
only_one_version  有两个版本才能比。  Two versions are needed to compare.
comparing  正在比较…  Comparing…
cannot_compare  这两个版本不能比。  These two cannot be compared.
unchanged  不变  unchanged
better  变好  better
worse  变差  worse
farther_nearer  更远 / 更近的居民  Residents farther / nearer
moved_in_all  共 {p}换牵头医院  {p} change lead
moved_streets  变动的街道  What moved
rules_word  规则  Rules
nobody_moved  没有居民换牵头医院。  Nobody changes lead.
street  街道  Street
residents  居民  Residents
lead_change  牵头医院  Lead
remove_sure  移除“{name}”？它的文件夹一起删除。  Remove "{name}" with its folder?
mark_consultation  标为征求意见  Mark as in consultation
mark_published  标为已发布  Mark as published
published_as  日期和文号  Date and number of the document
must_stands  有必须项没达到，不能发布  A must is not met: it cannot be published
versions_n  {n} 个版本  {n} version|{n} versions
in_consultation  {n} 个正在征求意见  {n} in consultation
go_handout  去交付 →  Hand out →
must_stands_n  {n} 条必须项没达到  {n} must not met
must_stands_more  公示前要解决，或写明例外  To be solved before publication, or waived with a reason
should_stands_n  {n} 条应当项没达到  {n} should not met
should_stands_more  附件里会原样列出  They are listed in the annexes as they are
version_facts  {g} 个网格，{u} 个单元，{p}  {g} grids, {u} units, {p}
before_out  发出之前  Before it goes out
nothing_stands  没有违反必须项  No must is violated
gaps_in_papers  文中要人填的地方标作【待填】，清单在“待填清单”里。  What people have to fill in is marked in the papers and listed in the file of gaps.
preview  预览  Preview
chosen_n  选了 {n} 样  {n} chosen
making_n  正在生成 {n} 样  {n} being made
written_to  写到 {folder}  written to {folder}
make_chosen  生成  Make them
consultation  征求意见  Consultation
drop_edits  把评审人的 edits.json 拖到这里  Drop reviewers' edits.json here
made_on  对哪个版本提的  Made on
how_to_consult  把地图发给评审人，收回各自保存的 edits.json，放到这里：每条意见逐一采纳或不采纳，写明理由。  Send the map to reviewers and drop the edits.json that each saves: every opinion is adopted or not, with a reason.
files_in  {n} 份文件  {n} file|{n} files
opinions_n  {n} 条意见  {n} opinion|{n} opinions
no_opinions  还没有意见  No opinions yet
opinions_head  {n} 条意见  {n} opinion|{n} opinions
conflicts_n  互相矛盾 {n} 条  {n} contradict others
contradicts  与别人的意见矛盾  contradicts another
decision  处理  Decision
decision_adopted  采纳  adopted
decision_partly  部分采纳  partly
decision_rejected  不采纳  not adopted
reason_for_sender  写给提意见的人的理由  The reason, for whoever said it
opinions_left  还有 {n} 条没有定  {n} to decide
all_decided  都定了  All decided
reasons_go_out  理由原样进入意见采纳情况表；部分采纳的改动在评审里自己做  Reasons go into the annex as they are; what is adopted in part is edited under Review
judge_together  按现在的选择重算  Judge as decided
as_decided  按现在的选择  As decided
together  平均 {m0} → {m1}，最大偏差 {d0} → {d1}，必须 {must}，应当 {should}  mean {m0} → {m1}, largest deviation {d0} → {d1}, must {must}, should {should}
changes_n  {n} 项规则的结果变了  {n} finding changes|{n} findings change
save_final  存成定稿  Save the final version
final_name  定稿  Final version
""")
WORDS |= {"comma": Text(zh="、", en=", "), "colon": Text(zh="：", en=": "), "semicolon": Text(zh="；", en="; ")}
