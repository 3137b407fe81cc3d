"""First names that say, in most English-speaking ears, who is a woman and who is a man. Only a last hint."""

from __future__ import annotations

_FEMALE = """
    ada agnes aisha alice amanda amelia amy ana anna anne annie aoife astrid ava beatrice bella beth bianca
    brenda carla carmen carol caroline catherine charlotte chloe claire clara daisy diana donna dora dorothy
    edith eleanor elena elise eliza elizabeth ella ellen elsa emily emma erica esther eva eve fatima fiona
    flora florence frances freya gemma gina gloria grace greta hannah hazel heather helen holly ida ingrid
    irene iris isabel isabella isla ivy jane janet jasmine jean jennifer jessica jill joan joanna josephine
    joyce judith judy julia julie karen kate katherine kathy katie kim laura leila lena leonora lily linda
    lisa lola lori lotte louise lucia lucy lydia maggie mai margaret maria marie marta martha mary maya mei
    mia michelle mildred miriam molly monica nadia nancy naomi natalie nina nora odette olga olivia pam
    patricia paula penny petra phoebe pia polly priya rachel rebecca rita rosa rose rosie ruby ruth sally
    samira sandra sara sarah sheila shirley sofia sonia sophia sophie stella stephanie sue susan suzanne
    sylvia tanya tara teresa tess tina uma ursula valerie vanessa vera victoria viola violet wendy yara
    yasmin yuki yvonne zara zoe
"""
_MALE = """
    aaron abdul adam adrian ahmed alan albert alexander alfred ali andreas andrew andy angus anthony anton
    arjun arthur ben benjamin bernard bill bob boris brad brian bruce bruno carl carlos cedric charles chen
    chris christopher clive colin connor craig dan daniel darren dave david dennis derek dev diego dimitri
    dmitri don donald doug douglas duncan ed eddie edgar edward emil eric ernest ethan felix finn fraser
    frank fred frederick gareth gary george gerald gordon graham greg gus hamish hank hans harold harry
    hassan henry herbert hiro howard hugh hugo ian igor isaac ivan jack jacob jake james jan jason javier
    jeff jeffrey jeremy jim joe joel john jonas jonathan jose joseph josh juan julian karl keith ken kenji
    kenneth kevin kurt kwame larry lars leo leon leonard lewis liam louis luca lucas luigi luis luke malcolm
    marco marcus mario mark martin matt matthew max michael miguel mike milo mohamed neil nicholas nick
    nigel noah oliver omar oscar otto owen pablo pat patrick paul pavel pedro percy pete peter phil philip
    pierre rafael raj ralph ravi ray rene reza ricardo richard rob robert roger roland ron ross roy rupert
    russell ryan sanjay scott sean sebastian sergei simon stan stefan stephen steve steven stuart ted terry
    theo thomas tim toby todd tom tony trevor victor viktor vincent walter will william winston yusuf zach
"""
FEMALE_NAMES = frozenset(_FEMALE.split())
MALE_NAMES = frozenset(_MALE.split())
