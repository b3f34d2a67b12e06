"""Words of questions, which are no names of stocks though some stock may be called so."""

from core.answers.grammar.words import bare_words

_ENGLISH = """
a about above after again all also always am an and any are as ask at average be because been
before being below best better beat between both bottom but buy by call calls can card cards chance
change changes clear close come compare could current date day days did direction do does doing done
down each earn earned every fall falling far few find first five for forecast forecasts four from
get give go going good had has have he hello help her hi high higher highest him hold how i if in
index indicator indicators into is it its job jobs just kind know largest last least left less let
like list look loss low lower lowest made make many market max may me mean means min model models
money month months more most move much must my name need new news next no none nor not now number of
off ok old on one only open or order other our out outlook over own page per please point points
predict prediction price prices probability profit promote pull push put question rank rate refresh
return returns right rise rising risk run safe same say see sell sell set she should show side
sideways signal since six small so some start stock stocks still stop strong such sure table take
tell ten than thank thanks that the their them then there these they thing think this those three
time to today tomorrow too top total train training trend trust try two under up update us use
usual value version versions very volume was way we week weeks well went were what whats when where
which who why will win with within work would year years yes yet you your ignore previous all
instructions select drop table script alert system prompt delete insert union true false null
"""
_VIETNAMESE = """
ai anh ba ban bang bao bat ben bi biet bo boi cac cach cai cam can canh cao cap chi chao chay chieu
chinh cho chon chu chua chung co con cong cua cuc cung cuoi da dan dang danh dau day de dem den deu
di dieu do doi dong du dua dung duoc duoi gan gi gia giam gian giao gio giua giup goi gom ha hai
hang hay hien hieu hoac hoi hom hon huan hue huong ke kem khac khi khoan khoang khoi khong kia kieu
kiem kinh ky la lai lam lan len lieu loc loi lon luc luong luyen ly ma mai manh may mo moi mot mua
muc mua muon nam nao nay nen neu ngan ngang ngay nghe nghi nghin ngoai nguoi nhat nhieu nho nhom
nhu nhung nua phai phan phien phieu qua quan rat ra roi rui sac san sang sao sap sau se sinh so suc
su ta tai tang tam tat ten thang thanh that thay the theo thi thich thieu tho thoi thu thuc thuong
tien tim tin tinh to toan toi tot trang tren trieu trinh tro trong trung tu tuan tung tuong ty va
vao vay ve vi viec voi vong vua xac xac xem xet xin xu xuat xuong yeu khuyen nghi nganh linh vuc
giup em oi nhe nha a u day do co le
"""
_TRADE = """
adx ai ath atr bb bds cagr ceo cpi csv ema etf fed gdp hnx hnxindex hose ic ipo ma macd mae mape
max min mlflow n ngo obv ok p pe rsi sma sql sharpe t1 t2 up upcom us usd vix vn vn30 vn100 vnd
vnindex vnallshare html api mcp pdf nav eps roe roa pb fomc eur xss
"""
COMMON = frozenset(bare_words(_ENGLISH + _VIETNAMESE + _TRADE))
