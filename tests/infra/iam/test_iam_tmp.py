def test_x(day):
    for f,reqs in day.recorder.made.items():
        print(f)
        for r in sorted(map(str,reqs)): print('   ',r)
    assert 0
